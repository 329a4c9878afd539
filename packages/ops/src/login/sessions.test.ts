import { connectRedis, type Redis } from '@envase/queues';
import { createLogger, createTestClock } from '@envase/runtime';
import { createTestPrefix } from '@envase/testing';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { createSessions, sessionMs } from './sessions.ts';

const operator = { username: 'operator', password: 'a password of the test' };
const prefix = createTestPrefix();
const clock = createTestClock(Date.now());
let redis: Redis;
beforeAll(async () => {
  const logger = createLogger({ program: 'test', level: 'silent' });
  redis = connectRedis({ url: process.env.REDIS_URL ?? '', role: 'worker', logger });
  await redis.ping();
});
afterAll(async () => {
  await redis.del(...(await keys()));
  redis.disconnect();
});

const keys = () => redis.keys(`${prefix}:*`);

it('is open on every instance, and on none after its end', async () => {
  const [one, other] = [
    createSessions({ redis, prefix, clock, operator }),
    createSessions({ redis, prefix, clock, operator }),
  ];
  const secret = await one.open();
  expect(await other.isOpen(secret)).toBe(true);
  await other.close(secret);
  expect(await one.isOpen(secret)).toBe(false);
});

it('is void under a new password', async () => {
  const secret = await createSessions({ redis, prefix, clock, operator }).open();
  const changed = { ...operator, password: 'another password' };
  expect(await createSessions({ redis, prefix, clock, operator: changed }).isOpen(secret)).toBe(false);
});

it('leaves nothing in Redis that lets anyone in, and for no longer than it lasts', async () => {
  const sessions = createSessions({ redis, prefix, clock, operator });
  const secret = await sessions.open();
  for (const key of await keys()) {
    const parts = [key, key.split(':').at(-1), await redis.get(key)];
    expect(parts.join()).not.toContain(secret);
    expect(await redis.pttl(key)).toBeGreaterThan(0);
    expect(await redis.pttl(key)).toBeLessThanOrEqual(sessionMs);
    for (const part of parts) expect(await sessions.isOpen(part ?? undefined)).toBe(false);
  }
});

it('is closed for what is no secret of a session', async () => {
  const sessions = createSessions({ redis, prefix, clock, operator });
  for (const secret of [undefined, '', '*', 'a'.repeat(42), 'a'.repeat(43)]) {
    expect(await sessions.isOpen(secret)).toBe(false);
    await sessions.close(secret);
  }
});
