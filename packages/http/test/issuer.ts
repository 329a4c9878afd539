import { generateKeyPairSync, type KeyObject, randomUUID, sign } from 'node:crypto';
import { createTestClock, type TestClock } from '@envase/runtime';
import { createAuthenticator } from '../src/authentication/authenticator.ts';
import {
  createClientDirectory,
  type DirectoryClient,
  type DirectoryRevocation,
} from '../src/authentication/client-directory.ts';
import type { JwksSource } from '../src/authentication/token-verifier.ts';
import { createTestLogger } from './serve.ts';

export const issuer = 'https://identity.example';
export const audience = 'connectdata';

/** An issuer, its clients and a resource server's authenticator, all under one clock. */
export async function createWorld(startMs = Date.parse('2026-03-01T12:00:00Z')) {
  const clock = createTestClock(startMs);
  const pair = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const keys = new Map<string, KeyObject>([['key-1', pair.publicKey]]);
  const refreshes: string[] = [];
  const jwks: JwksSource = {
    find: (kid) => keys.get(kid),
    isReady: () => keys.size > 0,
    async refresh() {
      refreshes.push('refresh');
    },
  };
  const stored = createStore(clock);
  const directory = createClientDirectory({ ...createTestLogger(), clock, loadChangedSince: stored.load });
  await directory.refresh();
  const authenticate = createAuthenticator({ issuer, audience, jwks, directory, clock });
  return { clock, pair, keys, refreshes, jwks, stored, directory, authenticate };
}
export type World = Awaited<ReturnType<typeof createWorld>>;

export const clientId = 'client-1';

function createStore(clock: TestClock) {
  const clients = new Map<string, DirectoryClient>();
  const revocations: DirectoryRevocation[] = [];
  const loads: (Date | null)[] = [];
  let isDown = false;
  const put = (changes: Partial<DirectoryClient> = {}) => {
    const client: DirectoryClient = {
      _id: clientId,
      status: 'active',
      scopes: ['connectdata/events'],
      grants: [{ orgId: 'org-1', svcId: '*' }],
      revokedBefore: null,
      ...clients.get(changes._id ?? clientId),
      ...changes,
      changedAt: new Date(clock.now()),
    };
    clients.set(client._id, client);
  };
  put();
  return {
    put,
    loads,
    revoke: (jti: string) => revocations.push({ _id: jti, revokedAt: new Date(clock.now()) }),
    setDown: (down: boolean) => {
      isDown = down;
    },
    async load(since: Date | null) {
      loads.push(since);
      if (isDown) throw new Error('The store is down');
      return {
        clients: [...clients.values()].filter((one) => since === null || one.changedAt >= since),
        revocations: revocations.filter((one) => since === null || one.revokedAt >= since),
      };
    },
  };
}

export function claimsAt(nowMs: number, changes: Record<string, unknown> = {}): Record<string, unknown> {
  const iat = Math.floor(nowMs / 1000);
  return {
    iss: issuer,
    sub: clientId,
    aud: audience,
    client_id: clientId,
    scope: 'connectdata/events',
    iat,
    exp: iat + 3600,
    jti: randomUUID(),
    ...changes,
  };
}

export const goodHeader = { alg: 'RS256', typ: 'at+jwt', kid: 'key-1' };

/** Signs any texts as header and payload, so that attacks can be written as they are. */
export function signRaw(header: string, payload: string, key: KeyObject): string {
  const head = `${encode(header)}.${encode(payload)}`;
  return `${head}.${sign('sha256', Buffer.from(head), key).toString('base64url')}`;
}

export function signToken(
  world: Pick<World, 'pair' | 'clock'>,
  changes: { header?: Record<string, unknown>; claims?: Record<string, unknown> } = {},
): string {
  const header = { ...goodHeader, ...changes.header };
  const claims = claimsAt(world.clock.now(), changes.claims);
  return signRaw(JSON.stringify(header), JSON.stringify(claims), world.pair.privateKey);
}

export function encode(text: string): string {
  return Buffer.from(text).toString('base64url');
}
