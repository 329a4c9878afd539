import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createHarness, createSignal, eventually, type Harness, parcels } from '../test/harness.ts';

const url = process.env.REDIS_URL ?? '';

describe('createProducer', () => {
  let harness: Harness;
  beforeAll(async () => {
    harness = await createHarness(url);
  });
  afterAll(() => harness.close());

  it('keeps one job of a lane that waits', async () => {
    await harness.add('a', 'b');
    await harness.add('a', 'a', 'b');
    expect(await harness.producer.counts(parcels)).toMatchObject({ waiting: 2, active: 0 });
    await harness.queue.drain();
  });

  it('gives a lane that runs exactly one more run, however often it is added', async () => {
    const runs: string[] = [];
    const entered = createSignal();
    const release = createSignal();
    const worker = harness.startWorker(async (parcelId) => {
      runs.push(parcelId);
      entered.resolve();
      await release.promise;
    });
    await harness.add('again');
    await entered.promise;
    for (let i = 0; i < 5; i += 1) await harness.add('again');
    release.resolve();
    await harness.add('other');
    await eventually(() => runs.filter((id) => id === 'again').length).toBe(2);
    await eventually(() => harness.producer.counts(parcels)).toMatchObject({
      waiting: 0,
      active: 0,
      completed: 3,
    });
    expect(runs).toHaveLength(3);
    await worker.close();
  });

  it('runs a lane again after it failed, though the failed job is kept', async () => {
    let runs = 0;
    const worker = harness.startWorker(async () => {
      runs += 1;
      if (runs === 1) throw new Error('first time');
    });
    await harness.add('fails');
    await eventually(() => harness.failedReasons()).toEqual(['first time']);
    await harness.add('fails');
    await eventually(() => runs).toBe(2);
    await worker.close();
  });

  it('takes urgent lanes first: lifo, then priority 0 to 3', async () => {
    const order: string[] = [];
    const add = (parcelId: string, how: { lifo?: boolean; priority?: 0 | 1 | 2 | 3 }) =>
      harness.producer.addLane(parcels, 'parcel.send', { laneId: parcelId, data: { parcelId }, ...how });
    await add('third', { priority: 3 });
    await add('first', { priority: 1 });
    await add('plain', { priority: 0 });
    await add('forced', { lifo: true });
    const worker = harness.startWorker(async (parcelId) => order.push(parcelId), { concurrency: 1 });
    await eventually(() => order).toEqual(['forced', 'plain', 'first', 'third']);
    await worker.close();
  });

  it('adds more than one chunk and refuses nothing of it', async () => {
    await harness.add(...Array.from({ length: 1_200 }, (_, n) => `bulk-${n}`));
    expect((await harness.producer.counts(parcels)).waiting).toBe(1_200);
    await harness.queue.drain();
  });

  it('refuses data that is not ids, names the field and not the value, and adds nothing of the batch', async () => {
    const bad = { laneId: 'x', data: { parcelId: 'x', secret: 'whsec_12345678' } };
    const adding = harness.producer.addLanes(parcels, 'parcel.send', [
      { laneId: 'ok', data: { parcelId: 'ok' } },
      bad,
    ]);
    await expect(adding).rejects.toThrow(/^Data of parcel\.send was refused: data \(unrecognized_keys\)$/);
    expect((await harness.producer.counts(parcels)).waiting).toBe(0);
  });

  it('refuses a lane without an id', async () => {
    const adding = harness.producer.addLane(parcels, 'parcel.send', { laneId: '', data: { parcelId: 'x' } });
    await expect(adding).rejects.toThrow('A lane of parcels needs a short id');
  });
});
