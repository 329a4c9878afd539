import { randomBytes } from 'node:crypto';
import { connectDatabase, createDirectoryLoader, type Database, migrate } from '@envase/db';
import { createClientDirectory, judgeAnswer, startServer } from '@envase/http';
import { createKeyRing, createLogger, createTestClock, type TestClock } from '@envase/runtime';
import { createTestDatabase } from '@envase/testing';
import { createIdentityApp } from '../src/app.ts';
import { type Clients, createClients } from '../src/clients/clients.ts';
import { createSigningKeys, type SigningKeys } from '../src/keys/signing-keys.ts';

export const issuer = 'https://identity.test';
export const pepper = 'p'.repeat(32);
export const logger = createLogger({ program: 'test', level: 'silent' });
export const ringText = `r1:${randomBytes(32).toString('base64')}`;

export function createTestRing(text = ringText) {
  const [id = '', key = ''] = text.split(':');
  return createKeyRing({ keys: { [id]: key }, current: id });
}

/** A migrated database nobody else uses. */
export async function openTestDatabase(): Promise<Database & { uri: string }> {
  const { uri } = createTestDatabase();
  const db = await connectDatabase({ uri, logger });
  await migrate(db.connection);
  return { ...db, uri };
}

export interface TestIdentity {
  url: string;
  clock: TestClock;
  db: Database;
  keys: SigningKeys;
  clients: Clients;
  directory: ReturnType<typeof createClientDirectory>;
  close(): Promise<void>;
}

/** The whole program over HTTP on a real database, under a clock that the test moves. */
export async function openTestIdentity(
  options: { perClientPerMinute?: number; perAddressPerMinute?: number } = {},
): Promise<TestIdentity> {
  const clock = createTestClock(Date.now());
  const db = await openTestDatabase();
  const { clients, signingKeys, revocations, audit, idempotency } = db.repositories;
  const ring = createTestRing();
  const keys = createSigningKeys({ store: signingKeys, keyRing: ring, clock, logger });
  await keys.maintain();
  const directory = createClientDirectory({
    logger,
    clock,
    loadChangedSince: createDirectoryLoader(db.repositories),
  });
  await directory.refresh();
  const undescribed = new Set<string>();
  const app = createIdentityApp({
    onAnswer: (route, answer) => {
      const fault = judgeAnswer(route, answer);
      if (fault !== null) undescribed.add(fault);
    },
    issuer,
    pepper,
    stores: { clients, revocations, audit, idempotency },
    keys,
    ring,
    directory,
    clock,
    logger,
    limits: { perClientPerMinute: 10_000, perAddressPerMinute: 10_000, ...options },
  });
  const server = await startServer({ app, port: 0, host: '127.0.0.1', graceMs: 1_000 });
  return {
    url: `http://127.0.0.1:${server.port}`,
    clock,
    db,
    keys,
    clients: createClients({ store: clients, pepper, clock }),
    directory,
    async close() {
      await server.stop();
      await db.close();
      if (undescribed.size > 0) {
        throw new Error(`openapi.json does not describe what was answered:\n${[...undescribed].join('\n')}`);
      }
    },
  };
}
