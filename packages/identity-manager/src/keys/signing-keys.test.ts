import { randomBytes, sign, verify } from 'node:crypto';
import type { Database } from '@envase/db';
import { createKeyRing, createTestClock } from '@envase/runtime';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createTestRing, logger, openTestDatabase, ringText } from '../../test/open-test-identity.ts';
import { createSigningKeys } from './signing-keys.ts';

let db: Database;
beforeEach(async () => {
  db = await openTestDatabase();
});
afterEach(() => db.close());

const startMs = Date.parse('2026-03-01T12:00:00Z');
const DAY_MS = 86_400_000;
const MINUTE_MS = 60_000;

function createKeys(clock = createTestClock(startMs), keyRing = createTestRing()) {
  return { clock, keys: createSigningKeys({ store: db.repositories.signingKeys, keyRing, clock, logger }) };
}

const kids = (keys: { jwks(): { kid: string }[] }) => keys.jwks().map((one) => one.kid);

describe('the first start', () => {
  it('makes one current and one next key, however many processes start at once', async () => {
    const processes = Array.from({ length: 6 }, () => createKeys().keys);
    await Promise.all(processes.map((one) => one.maintain()));
    await Promise.all(processes.map((one) => one.maintain()));
    const stored = await db.repositories.signingKeys.list();
    expect(stored.map((key) => key._id).sort()).toEqual(['k1', 'k2']);
    expect(new Set(processes.map((one) => one.current().kid)).size).toBe(1);
    for (const one of processes) expect(kids(one)).toHaveLength(2);
  });

  it('keeps private keys sealed, bound to their kid, and publishes none of them', async () => {
    const { keys } = createKeys();
    await keys.maintain();
    for (const { kid, sealedPrivateKey } of await db.repositories.signingKeys.list()) {
      expect(sealedPrivateKey).toMatch(/^v1\.r1\./);
      expect(createTestRing().open(sealedPrivateKey, kid)).toContain('BEGIN PRIVATE KEY');
      expect(() => createTestRing().open(sealedPrivateKey, 'another')).toThrow('cannot be opened');
    }
    for (const jwk of keys.jwks()) {
      expect(Object.keys(jwk).sort()).toEqual(['alg', 'e', 'kid', 'kty', 'n', 'use']);
    }
  });

  it('signs with the key that it publishes', async () => {
    const { keys } = createKeys();
    await keys.maintain();
    const { kid, privateKey } = keys.current();
    const publicKey = keys.source.find(kid);
    const signature = sign('sha256', Buffer.from('text'), privateKey);
    expect(publicKey && verify('sha256', Buffer.from('text'), publicKey, signature)).toBe(true);
    expect(keys.source.find('unknown')).toBeUndefined();
  });
});

describe('rotation', () => {
  it('waits until the next key has been published for ten minutes', async () => {
    const { clock, keys } = createKeys();
    await keys.maintain();
    const [next, first] = kids(keys);
    const rotation = await keys.rotate();
    expect(rotation).toEqual({ kid: next, activeFrom: new Date(startMs + 10 * MINUTE_MS) });
    expect(await keys.rotate()).toEqual(rotation);
    clock.advance(10 * MINUTE_MS - 1);
    await keys.maintain();
    expect(keys.current().kid).toBe(first);
    clock.advance(1);
    expect(keys.current().kid).toBe(next);
  });

  it('happens at once where the next key has long been published, and makes another next', async () => {
    const { clock, keys } = createKeys();
    await keys.maintain();
    const [next] = kids(keys);
    clock.advance(DAY_MS);
    await keys.maintain();
    await keys.rotate();
    expect(keys.current().kid).toBe(next);
    expect(kids(keys)).toHaveLength(3);
    clock.advance(65 * MINUTE_MS);
    await keys.maintain();
    expect(kids(keys)).toHaveLength(2);
    expect((await db.repositories.signingKeys.list()).map((key) => key._id).sort()).toEqual(['k2', 'k3']);
  });

  it('happens by age, once, though several processes look', async () => {
    const clock = createTestClock(startMs);
    const [one, two] = [createKeys(clock).keys, createKeys(clock).keys];
    await one.maintain();
    const [next, first] = kids(one);
    clock.advance(30 * DAY_MS - 1);
    await Promise.all([one.maintain(), two.maintain()]);
    expect([one.current().kid, two.current().kid]).toEqual([first, first]);
    clock.advance(1);
    await Promise.all([one.maintain(), two.maintain()]);
    await Promise.all([one.maintain(), two.maintain()]);
    expect([one.current().kid, two.current().kid]).toEqual([next, next]);
    expect((await db.repositories.signingKeys.list()).map((key) => key._id).sort()).toEqual([
      'k1',
      'k2',
      'k3',
    ]);
  });

  it('drops every old key at once when they are stolen', async () => {
    const { keys } = createKeys();
    await keys.maintain();
    const before = kids(keys);
    const { kid } = await keys.replaceAll();
    expect(keys.current().kid).toBe(kid);
    expect(before).not.toContain(kid);
    expect(kids(keys).filter((one) => before.includes(one))).toEqual([]);
    expect(kids(keys)).toHaveLength(2);
  });
});

describe('trouble', () => {
  it('refuses to sign by a copy older than two minutes', async () => {
    const { clock, keys } = createKeys();
    expect(() => keys.current()).toThrow('cannot be read');
    await keys.maintain();
    clock.advance(120_001);
    expect(() => keys.current()).toThrow('cannot be read');
    await keys.maintain();
    expect(keys.current().kid).toBeTypeOf('string');
  });

  it('cannot sign without the ring that sealed the key', async () => {
    const { keys } = createKeys();
    await keys.maintain();
    const stranger = createKeys(undefined, createTestRing(`r2:${randomBytes(32).toString('base64')}`)).keys;
    await stranger.maintain();
    expect(() => stranger.current()).toThrow('not in the key ring');
  });

  it('seals its keys anew under a newer key of the ring', async () => {
    const { keys } = createKeys();
    await keys.maintain();
    const newer = randomBytes(32).toString('base64');
    const both = createKeyRing({ keys: { r1: ringText.slice(3), r2: newer }, current: 'r2' });
    const { keys: resealing } = createKeys(undefined, both);
    expect(await resealing.reseal()).toBe(2);
    expect(await resealing.reseal()).toBe(0);
    const { keys: later } = createKeys(undefined, createTestRing(`r2:${newer}`));
    await later.maintain();
    expect(later.current().kid).toBe(keys.current().kid);
  });
});
