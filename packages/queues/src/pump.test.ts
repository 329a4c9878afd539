import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createHarness, eventually, type Harness, parcels, withDatabase } from '../test/harness.ts';
import { createPump, type Pump, type PumpOptions } from './pump.ts';
import { pumpJob, pumpQueue } from './queues.ts';

// A database of its own, because these tests flush it.
const url = withDatabase(process.env.REDIS_URL ?? 'redis://127.0.0.1', 13);

/** Stands for the index of what is owed in MongoDB. */
function createOwed(...parcelIds: string[]) {
  const owed = new Set(parcelIds);
  const leased = new Set<string>();
  const due = async (limit: number) =>
    [...owed]
      .filter((id) => !leased.has(id))
      .slice(0, limit)
      .map((id) => ({ laneId: id, data: { parcelId: id } }));
  return { owed, leased, due };
}

describe('createPump', () => {
  let harness: Harness;
  let pumps: Pump[];
  beforeEach(async () => {
    harness = await createHarness(url);
    pumps = [];
  });
  afterEach(async () => {
    await Promise.all(pumps.map((pump) => pump.close(1_000)));
    await harness.close();
  });

  type Options = PumpOptions<typeof parcels, 'parcel.send'>;
  function addPump(options: Pick<Options, 'due'> & Partial<Options>): Pump {
    const { producer, workerRedis: redis, prefix, logger } = harness;
    const pump = createPump({
      queue: parcels,
      jobName: 'parcel.send',
      everyMs: 100,
      producer,
      redis,
      prefix,
      logger,
      ...options,
    });
    pumps.push(pump);
    return pump;
  }

  it('queues what is due, then leases it', async () => {
    const { due, leased } = createOwed('a', 'b');
    const pump = addPump({
      due,
      leased: async (items) => {
        expect((await harness.producer.counts(parcels)).waiting).toBe(2);
        for (const { laneId } of items) leased.add(laneId);
      },
    });
    expect(await pump.tick()).toBe(2);
    expect(await pump.tick()).toBe(0);
  });

  it('queues nothing twice when a tick runs twice before the lease', async () => {
    const pump = addPump({ due: createOwed('a', 'b').due });
    await Promise.all([pump.tick(), pump.tick()]);
    expect((await harness.producer.counts(parcels)).waiting).toBe(2);
  });

  it('asks for no more than the queue has room for', async () => {
    const limits: number[] = [];
    const { due } = createOwed('a', 'b', 'c', 'd', 'e');
    const pump = addPump({
      room: 3,
      due: (limit) => {
        limits.push(limit);
        return due(limit);
      },
    });
    expect(await pump.tick()).toBe(3);
    expect(await pump.tick()).toBe(0);
    expect(limits).toEqual([3]);
  });

  it('ticks at once when it starts', async () => {
    let ticks = 0;
    const due = async () => {
      ticks += 1;
      return [];
    };
    addPump({ everyMs: 600_000, due }).run();
    await eventually(() => ticks).toBe(1);
  });

  it('goes on after a tick that throws, and shows it', async () => {
    let ticks = 0;
    const due = async () => {
      ticks += 1;
      if (ticks === 1) throw new Error('MongoDB is away');
      return [];
    };
    addPump({ due }).run();
    await eventually(() => ticks).toBeGreaterThan(2);
    expect(harness.lines.join()).toContain('MongoDB is away');
    expect((await harness.producer.counts(pumpQueue(parcels))).failed).toBe(1);
  });

  it('has two instances share the ticks, and every lane run once', async () => {
    const { owed, due, leased } = createOwed(...Array.from({ length: 50 }, (_, n) => `p-${n}`));
    const runs: string[] = [];
    harness.startWorker(async (parcelId) => {
      if (owed.delete(parcelId)) runs.push(parcelId);
    });
    let ticks = 0;
    const counted = async (limit: number) => {
      ticks += 1;
      return due(limit);
    };
    const lease: Options['leased'] = async (items) => {
      for (const { laneId } of items) leased.add(laneId);
    };
    const startedAt = performance.now();
    for (let instance = 0; instance < 2; instance += 1)
      addPump({ due: counted, leased: lease, heartbeatMs: 50 }).run();
    await eventually(() => ticks).toBeGreaterThan(9);
    expect(ticks).toBeLessThanOrEqual((performance.now() - startedAt) / 100 + 4);
    await eventually(() => owed.size).toBe(0);
    expect(runs).toHaveLength(50);
  });

  it('lets due work flow again after a flush', async () => {
    const { owed, due } = createOwed();
    const runs: string[] = [];
    harness.startWorker(async (parcelId) => {
      runs.push(parcelId);
      owed.delete(parcelId);
    });
    addPump({ due, heartbeatMs: 500 }).run();
    owed.add('before');
    await eventually(() => runs).toEqual(['before']);
    await harness.redis.flushdb();
    owed.add('after');
    await eventually(() => runs).toEqual(['before', 'after']);
  });

  it('is back at once when it is told of a flush', async () => {
    let ticks = 0;
    const pump = addPump({
      heartbeatMs: 600_000,
      due: async () => {
        ticks += 1;
        return [];
      },
    });
    pump.run();
    await eventually(() => ticks).toBeGreaterThan(1);
    await harness.redis.flushdb();
    const seen = ticks;
    await pump.revive();
    await eventually(() => ticks).toBeGreaterThan(seen + 2);
  });

  it('is one scheduler of the queue `pumps-<queue>`, named `<queue>.pump`', async () => {
    await addPump({ due: createOwed().due }).revive();
    const key = `${harness.prefix}:${pumpQueue(parcels).name}:repeat`;
    expect(await harness.redis.zrange(key, '0', '-1')).toEqual([pumpJob(parcels)]);
    expect(key).toMatch(/:pumps-parcels:repeat$/);
  });
});
