import { scryptSync } from 'node:crypto';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { tokenAudience } from '@envase/contracts';
import { createDirectoryLoader } from '@envase/db';
import {
  type Authenticator,
  createAuthenticator,
  createClientDirectory,
  createJwksSource,
  type JwksSource,
} from '@envase/http';
import { createClock } from '@envase/runtime';
import { waitFor } from '@envase/testing';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { payloadOf } from '../test/decode-token.ts';
import { type Credentials, fetchToken, postForm } from '../test/oauth-client.ts';
import { issuer, logger, openTestIdentity, type TestIdentity } from '../test/open-test-identity.ts';

let identity: TestIdentity;
let tms: Credentials;
beforeEach(async () => {
  identity = await openTestIdentity();
  tms = await identity.clients.create({
    name: 'TMS',
    scopes: ['connectdata/events'],
    grants: [{ orgId: 'o1', svcId: '*' }],
  });
});
afterEach(() => identity.close());

const MINUTE_MS = 60_000;

describe('keys that rotate under load', () => {
  it('never make a resource server refuse a valid token, though it only fetches every five minutes', async () => {
    const { clock, keys, directory } = identity;
    const fetched = createJwksSource({ url: `${identity.url}/.well-known/jwks.json`, logger, clock });
    await fetched.refresh();
    // Without the way out of asking again for an unknown key.
    const jwks: JwksSource = { ...fetched, refresh: () => Promise.resolve() };
    const authenticate = createAuthenticator({ issuer, audience: tokenAudience, jwks, directory, clock });
    let alive: { token: string; endsAt: number }[] = [];
    const signers = new Set<string>();
    let verified = 0;
    for (let minute = 0; minute < 200; minute += 1) {
      clock.advance(MINUTE_MS);
      await keys.maintain();
      await directory.refresh();
      if (minute % 5 === 0) await fetched.refresh();
      if (minute % 20 === 7) await keys.rotate();
      signers.add(keys.current().kid);
      const token = await fetchToken(identity.url, tms);
      alive.push({ token, endsAt: Number(payloadOf(token).exp) * 1000 });
      alive = alive.filter((one) => one.endsAt > clock.now());
      for (const one of alive) {
        expect(await authenticate(one.token)).toMatchObject({ clientId: tms.id });
        verified += 1;
      }
    }
    expect(signers.size).toBeGreaterThanOrEqual(8);
    expect(verified).toBeGreaterThan(5_000);
    expect(keys.jwks().length).toBeLessThanOrEqual(7);
  }, 120_000);

  it('go at once when they are stolen: old tokens are refused after the next fetch, new ones are good', async () => {
    const { clock, keys, directory } = identity;
    const jwks = createJwksSource({ url: `${identity.url}/.well-known/jwks.json`, logger, clock });
    await jwks.refresh();
    const authenticate = createAuthenticator({ issuer, audience: tokenAudience, jwks, directory, clock });
    const old = await fetchToken(identity.url, tms);
    await authenticate(old);
    clock.advance(10_000);
    await directory.refresh();
    await keys.replaceAll();
    const fresh = await fetchToken(identity.url, tms);
    expect(await authenticate(fresh)).toMatchObject({ clientId: tms.id });
    await expect(authenticate(old)).rejects.toMatchObject({ code: 'unauthorized' });
  });
});

describe('within five seconds', () => {
  it('a resource server of its own sees a revocation, a changed grant and a disabled client', async () => {
    const clock = createClock();
    const directory = createClientDirectory({
      logger,
      clock,
      loadChangedSince: createDirectoryLoader(identity.db.repositories),
    });
    const other = await identity.clients.create({
      name: 'Other',
      scopes: ['connectdata/events'],
      grants: [],
    });
    const jwks = identity.keys.source;
    const authenticate = createAuthenticator({ issuer, audience: tokenAudience, jwks, directory, clock });
    const [revoked, granted, disabled] = [
      await fetchToken(identity.url, tms),
      await fetchToken(identity.url, tms),
      await fetchToken(identity.url, other),
    ];
    await directory.start();
    for (const token of [revoked, granted, disabled]) await authenticate(token);
    // The clock of the test stands still, and revokedBefore is compared in milliseconds.
    identity.clock.advance(1_000);
    await postForm(`${identity.url}/oauth2/revoke`, { token: revoked }, { as: tms });
    await identity.clients.change(tms.id, { grants: [{ orgId: 'o2', svcId: 's2' }] });
    await identity.clients.change(other.id, { status: 'disabled' });
    const isRefused = (token: string) => refuses(authenticate, token);
    await waitFor(
      async () =>
        (await isRefused(revoked)) &&
        (await isRefused(disabled)) &&
        (await authenticate(granted)).grants[0]?.orgId === 'o2',
      { what: 'all three changes', timeoutMs: 5_000 },
    );
    directory.stop();
  });
});

async function refuses(authenticate: Authenticator, token: string): Promise<boolean> {
  try {
    await authenticate(token);
    return false;
  } catch (error) {
    expect(error).toMatchObject({ code: 'unauthorized' });
    return true;
  }
}

it('lets the event loop breathe while tokens are issued as fast as they are asked for', async () => {
  const delay = monitorEventLoopDelay({ resolution: 5 });
  let hashesMs = 0;
  const bursts = 10;
  for (let burst = 0; burst < bursts; burst += 1) {
    delay.enable();
    await Promise.all(Array.from({ length: 20 }, () => fetchToken(identity.url, tms)));
    delay.disable();
    hashesMs += timePasswordHash();
  }
  const medianMs = delay.percentile(50) / 1e6;
  const hashMs = hashesMs / bursts;
  process.stdout.write(
    `200 tokens: median delay of the event loop ${medianMs.toFixed(1)} ms, a password hash ${hashMs.toFixed(1)} ms\n`,
  );
  // Issuing signs on the loop (about 1 ms each); a password hash for each would have it wait for one after the other.
  expect(medianMs).toBeLessThan(hashMs);
});

/** What one would take here and now, on a machine however busy. */
function timePasswordHash(): number {
  const startedAt = performance.now();
  scryptSync('secret', 'salt', 64, { N: 2 ** 15, r: 8, maxmem: 2 ** 26 });
  return performance.now() - startedAt;
}
