import { createLogger } from '@envase/runtime';
import { expect, it } from 'vitest';
import { startFlakyProxy } from '../test/flaky-proxy.ts';
import { assertRedisPolicy, connectRedis, findPolicyFault } from './redis.ts';

const url = process.env.REDIS_URL ?? '';
const logger = createLogger({ program: 'test', level: 'silent' });

it('accepts a Redis that evicts nothing, and waits for the first connection', async () => {
  const redis = connectRedis({ url, role: 'producer', logger });
  await assertRedisPolicy(redis);
  await redis.quit();
});

it('names the setting of a Redis that evicts', () => {
  expect(findPolicyFault('maxmemory:0\r\nmaxmemory_policy:allkeys-lru\r\n')).toMatch(
    /maxmemory-policy allkeys-lru .* set "maxmemory-policy noeviction"/,
  );
  expect(findPolicyFault('maxmemory:0\r\nmaxmemory_policy:noeviction\r\n')).toBeNull();
});

it('says so when there is no Redis to ask', async () => {
  const redis = connectRedis({ url: 'redis://127.0.0.1:1', role: 'producer', logger });
  await expect(assertRedisPolicy(redis, { waitMs: 100 })).rejects.toMatchObject({ code: 'unavailable' });
  redis.disconnect();
});

it('says so when Redis takes the question and does not answer', async () => {
  const proxy = await startFlakyProxy(url);
  const redis = connectRedis({ url: proxy.url, role: 'producer', logger });
  await assertRedisPolicy(redis);
  proxy.hang();
  await expect(assertRedisPolicy(redis)).rejects.toMatchObject({ code: 'unavailable' });
  redis.disconnect();
  await proxy.close();
});
