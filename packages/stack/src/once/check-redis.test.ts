import { type RunningEngine, startRedis } from '@envase/engines';
import { connectRedis, createProducer, type Redis, webhookDeliveries } from '@envase/queues';
import { createLogger } from '@envase/runtime';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { checkRedis } from './check-redis.ts';

const logger = createLogger({ program: 'test', level: 'silent' });
let engine: RunningEngine;
let redis: Redis;

beforeAll(async () => {
  engine = await startRedis();
  redis = connectRedis({ url: engine.uri, role: 'worker', logger });
});

afterAll(async () => {
  redis.disconnect();
  await engine.stop();
});

beforeEach(async () => {
  await redis.flushall();
});

const check = () => checkRedis(engine.uri, { 'the number of a box': ['MSCU123456'] });

async function addJob(data: object): Promise<void> {
  const producer = createProducer({ redis, logger });
  await producer.addLane(webhookDeliveries, 'hook.drain', {
    laneId: 'hook-1',
    data: { webhookId: 'hook-1' },
  });
  await producer.close();
  const [key] = (await redis.keys('envase:webhook-deliveries:*')).filter((name) => /:\d+$/.test(name));
  await redis.hset(key ?? '', 'data', JSON.stringify(data));
}

describe('the look at everything in Redis', () => {
  it('finds nothing wrong with jobs of ids', async () => {
    await addJob({ webhookId: 'hook-1' });
    expect(await check()).toMatchObject({ jobs: 1, faults: [] });
    await addJob({ traceId: 'trace-1', together: 3 });
    expect(await check()).toMatchObject({ faults: [] });
  });

  it.each([
    ['a document', { webhookId: 'hook-1', event: { payload: {} } }],
    ['a field that is no id', { url: 'https' }],
    ['a text that is no id', { webhookId: 'a b' }],
    ['a text for a count', { traceId: 'trace-1', together: 'MSCU1' }],
  ])('finds a job that carries %s', async (_what, data) => {
    await addJob(data);
    expect((await check()).faults).toEqual([expect.stringContaining('carries more than ids')]);
  });

  it('finds customer data and secrets wherever they stand, and does not repeat them', async () => {
    await redis.set('envase:a', 'about MSCU1234566');
    await redis.rpush('envase:b', 'eyJhbGciOi.eyJpc3MiOi');
    await redis.zadd('envase:c', 1, 'ets_secret');
    await redis.sadd('envase:MSCU1234566', 'x');
    await redis.xadd('envase:d', '*', 'event', 'whsec_abc');
    const { faults, keys } = await check();
    expect(keys).toBe(5);
    expect(faults).toHaveLength(5);
    expect(faults.join()).not.toMatch(/about|ets_secret|whsec_abc/);
  });
});
