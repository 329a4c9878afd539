import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createHarness, eventually, type Harness, withDatabase } from '../test/harness.ts';
import { type EpochWatch, watchEpoch } from './epoch.ts';

// A database of its own, because these tests flush it.
const url = withDatabase(process.env.REDIS_URL ?? 'redis://127.0.0.1', 14);

describe('watchEpoch', () => {
  let harness: Harness;
  let watches: EpochWatch[];
  let calls: string[];
  beforeEach(async () => {
    harness = await createHarness(url);
    watches = [];
    calls = [];
  });
  afterEach(async () => {
    await Promise.all(watches.map((watch) => watch.stop()));
    await harness.close();
  });

  function watch(name: string, onFlush?: () => Promise<void>): EpochWatch {
    const { redis, prefix, logger } = harness;
    const watching = watchEpoch({
      redis,
      prefix,
      logger,
      name,
      everyMs: 20,
      onFlush: async () => {
        calls.push(name);
        await onFlush?.();
      },
    });
    watches.push(watching);
    return watching;
  }

  it('tells each program once of a flush', async () => {
    watch('trace-manager');
    watch('webhook-delivery');
    await eventually(() => calls.length).toBe(2);
    const before = await settledKeys();
    expect(before).toHaveLength(2);
    await harness.redis.flushdb();
    await eventually(() => calls.length).toBe(4);
    await eventually(settledKeys).toEqual(before);
    expect(calls.sort()).toEqual(['trace-manager', 'trace-manager', 'webhook-delivery', 'webhook-delivery']);
  });

  it('tells nothing to an instance that starts on a Redis its program knows', async () => {
    watch('tracer');
    await eventually(async () => (await settledKeys()).length).toBe(1);
    expect(await watch('tracer').check()).toBe(false);
    expect(calls).toEqual(['tracer']);
  });

  it('tells of a Redis that was restarted, though the key is there', async () => {
    const watching = watch('tracer');
    await eventually(async () => (await settledKeys()).length).toBe(1);
    await watching.stop();
    await harness.redis.set(`${harness.prefix}:epoch:tracer`, 'an earlier run');
    expect(await watching.check()).toBe(true);
    expect(calls).toEqual(['tracer', 'tracer']);
  });

  it('calls again until the restoring succeeds', async () => {
    watch('tracer', async () => {
      if (calls.length < 3) throw new Error('MongoDB is away');
    });
    await eventually(() => calls.length).toBe(3);
    await eventually(async () => (await settledKeys()).length).toBe(1);
    expect(calls).toHaveLength(3);
  });

  it('sees a flush that falls into the restoring of one before', async () => {
    watch('tracer', async () => {
      if (calls.length === 1) await harness.redis.flushdb();
    });
    await eventually(() => calls.length).toBe(2);
    await eventually(async () => (await settledKeys()).length).toBe(1);
  });

  async function settledKeys(): Promise<string[]> {
    const keys = await harness.redis.keys(`${harness.prefix}:epoch:*`);
    const values = await Promise.all(keys.sort().map((key) => harness.redis.get(key)));
    return values.filter((value): value is string => value !== null && !value.startsWith('settling'));
  }
});
