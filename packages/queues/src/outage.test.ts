import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type FlakyProxy, startFlakyProxy } from '../test/flaky-proxy.ts';
import { createHarness, createSignal, eventually, type Harness, parcels } from '../test/harness.ts';
import { createProducer } from './producer.ts';
import { connectRedis } from './redis.ts';

const url = process.env.REDIS_URL ?? '';

/** How an add ended, and after how long. */
async function timeAdd(harness: Harness): Promise<{ outcome: string; ms: number }> {
  const startedAt = performance.now();
  const outcome = await harness.add('x').then(
    () => 'added',
    (error: { code?: string }) => error.code ?? 'no code',
  );
  return { outcome, ms: performance.now() - startedAt };
}

describe('while Redis is away', () => {
  let proxy: FlakyProxy;
  let harness: Harness;
  beforeEach(async () => {
    proxy = await startFlakyProxy(url);
    harness = await createHarness(proxy.url);
  });
  afterEach(async () => {
    await proxy.heal();
    // Answered, not `ready`: a connection that was cut is that until it hears of it.
    await eventually(() => harness.redis.ping().catch(() => 'away')).toBe('PONG');
    await eventually(() => harness.workerRedis.ping()).toBe('PONG');
    await harness.close();
    await proxy.close();
  });

  it('refuses an add within a second, and takes adds again by itself when Redis is back', async () => {
    expect((await timeAdd(harness)).outcome).toBe('added');
    await proxy.cut();
    for (let i = 0; i < 3; i += 1) {
      const { outcome, ms } = await timeAdd(harness);
      expect(outcome).toBe('unavailable');
      expect(ms).toBeLessThan(1_000);
    }
    await proxy.heal();
    await eventually(async () => (await timeAdd(harness)).outcome).toBe('added');
  });

  it('refuses an add within a second when Redis takes it and does not answer', async () => {
    proxy.hang();
    const { outcome, ms } = await timeAdd(harness);
    expect(outcome).toBe('unavailable');
    expect(ms).toBeLessThan(1_000);
    await proxy.cut();
  });

  it('refuses an add within a second when Redis was never there, and adds once it comes', async () => {
    await proxy.cut();
    const redis = connectRedis({ url: proxy.url, role: 'producer', logger: harness.logger });
    const producer = createProducer({ redis, prefix: harness.prefix, logger: harness.logger });
    const late = {
      ...harness,
      add: () => producer.addLane(parcels, 'parcel.send', { laneId: 'x', data: { parcelId: 'x' } }),
    };
    const { outcome, ms } = await timeAdd(late);
    expect(outcome).toBe('unavailable');
    expect(ms).toBeLessThan(1_000);
    await proxy.heal();
    await eventually(async () => (await timeAdd(late)).outcome).toBe('added');
    await producer.close();
    await redis.quit();
  });

  it('goes on working when Redis is back, without a restart of the worker', async () => {
    const runs: string[] = [];
    harness.startWorker(async (parcelId) => runs.push(parcelId));
    await harness.add('before');
    await eventually(() => runs).toEqual(['before']);
    await proxy.cut();
    await proxy.heal();
    await eventually(() => timeAdd(harness).then(({ outcome }) => outcome)).toBe('added');
    await eventually(() => runs).toEqual(['before', 'x']);
  }, 20_000);

  it('does not keep a worker from closing, idle or with a job that ended meanwhile', async () => {
    const entered = createSignal();
    const release = createSignal();
    const busy = harness.startWorker(
      async () => {
        entered.resolve();
        await release.promise;
      },
      { concurrency: 1 },
    );
    await harness.add('x');
    await entered.promise;
    const idle = harness.startWorker(async () => 'sent');
    let tries = 0;
    harness.workerRedis.on('reconnecting', () => {
      tries += 1;
    });
    await proxy.cut();
    await eventually(() => tries).toBeGreaterThan(2);
    const startedAt = performance.now();
    await idle.close();
    release.resolve();
    await busy.close();
    expect(performance.now() - startedAt).toBeLessThan(2_000);
  });

  it('says once, not a thousand times, that Redis is not reachable', async () => {
    await proxy.cut();
    await eventually(
      () => harness.lines.filter((line) => line.includes('Redis is not reachable')).length,
    ).toBeGreaterThan(0);
    for (let i = 0; i < 200; i += 1) await timeAdd(harness);
    expect(harness.lines.length).toBeLessThan(20);
  });
});
