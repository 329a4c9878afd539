import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createHarness, createSignal, eventually, type Harness, parcels } from '../test/harness.ts';
import { RateLimitError, UnrecoverableError } from './index.ts';

const url = process.env.REDIS_URL ?? '';

describe('createLaneWorker', () => {
  let harness: Harness;
  beforeEach(async () => {
    harness = await createHarness(url);
  });
  afterEach(() => harness.close());

  it('takes no job before it is told to run', async () => {
    const worker = harness.startWorker(async () => 'sent');
    await worker.close();
    expect(worker.isRunning()).toBe(false);
  });

  it('refuses data of another release without calling the processor, and shows no value of it', async () => {
    const calls: string[] = [];
    harness.startWorker(async (parcelId) => calls.push(parcelId));
    await harness.queue.add('parcel.send', { parcelId: 'x', pickupNumber: '4711' });
    await harness.queue.add('parcel.fold', { parcelId: 'x' });
    await eventually(async () => (await harness.failedReasons()).sort()).toEqual([
      'Data of parcel.send was refused: data (unrecognized_keys)',
      'Queue parcels has no job parcel.fold',
    ]);
    expect(calls).toEqual([]);
  });

  it('keeps a failure on the board in one redacted short line, and the whole of it in the log', async () => {
    harness.startWorker(async () => {
      throw new TypeError(`Bearer abcdefgh12345678 ${'document '.repeat(200)}`);
    });
    await harness.add('x');
    await eventually(async () => (await harness.failedReasons()).length).toBe(1);
    const [job] = await harness.queue.getFailed();
    expect(job?.failedReason).toMatch(/^Bearer \[redacted\] document/);
    expect(job?.failedReason.length).toBeLessThanOrEqual(300);
    expect(job?.stacktrace?.join()).toContain('lane-worker.test.ts');
    expect(job?.stacktrace?.join().match(/document/g)?.length).toBeLessThan(50);
    expect(harness.lines.join()).toContain('A job failed');
  });

  it('tries a job that throws once, and never one that is unrecoverable', async () => {
    let runs = 0;
    harness.startWorker(async () => {
      runs += 1;
      throw new UnrecoverableError('no use');
    });
    await harness.add('x');
    await eventually(() => harness.failedReasons()).toEqual(['no use']);
    expect(runs).toBe(1);
  });

  it('tries a job again where its queue says so', async () => {
    const stubborn = { ...parcels, attempts: 3 };
    let runs = 0;
    harness.startWorker(async () => {
      runs += 1;
      if (runs < 3) throw new Error('not yet');
    });
    await harness.producer.addLane(stubborn, 'parcel.send', { laneId: 'x', data: { parcelId: 'x' } });
    await eventually(async () => (await harness.producer.counts(parcels)).completed).toBe(1);
    expect(runs).toBe(3);
  });

  it('keeps a text as the outcome and nothing else a processor returns', async () => {
    harness.startWorker(async (parcelId) => (parcelId === 'text' ? 'nothing to do' : { document: 'whole' }));
    await harness.add('text', 'object');
    await eventually(async () => (await harness.producer.counts(parcels)).completed).toBe(2);
    const results = (await harness.queue.getCompleted()).map((job) => [job.data.parcelId, job.returnvalue]);
    expect(Object.fromEntries(results)).toEqual({ text: 'nothing to do', object: null });
  });

  it('lets running jobs end when it closes', async () => {
    const entered = createSignal();
    const release = createSignal();
    const worker = harness.startWorker(async () => {
      entered.resolve();
      await release.promise;
    });
    await harness.add('x');
    await entered.promise;
    const closing = worker.close();
    release.resolve();
    await closing;
    expect(await harness.producer.counts(parcels)).toMatchObject({ completed: 1, failed: 0, active: 0 });
  });

  it('gives a job that does not end in time back to the queue, where the next worker takes it', async () => {
    const entered = createSignal();
    const worker = harness.startWorker(async (_parcelId, { signal }) => {
      entered.resolve();
      await new Promise((_, reject) => signal.addEventListener('abort', () => reject(new Error('aborted'))));
    });
    await harness.add('x');
    await entered.promise;
    await worker.close(50);
    expect(await harness.producer.counts(parcels)).toMatchObject({ waiting: 1, failed: 0, active: 0 });
    const starts: number[] = [];
    harness.startWorker(async (_parcelId, { startsBefore }) => starts.push(startsBefore));
    await eventually(() => starts).toEqual([0]);
  });

  it('gives up on a job that does not heed its signal', async () => {
    const entered = createSignal();
    const release = createSignal();
    const worker = harness.startWorker(async () => {
      entered.resolve();
      await release.promise;
    });
    await harness.add('x');
    await entered.promise;
    await worker.close(50);
    expect(harness.lines.join()).toContain('Jobs did not heed their signal');
    release.resolve();
  });

  it('takes nothing while paused and goes on after', async () => {
    const runs: string[] = [];
    const worker = harness.startWorker(async (parcelId) => runs.push(parcelId));
    await harness.add('a');
    await eventually(() => runs).toEqual(['a']);
    await worker.pause();
    expect(worker.isRunning()).toBe(false);
    await harness.add('b');
    const other = harness.startWorker(async (parcelId) => runs.push(`other ${parcelId}`));
    await eventually(() => runs).toEqual(['a', 'other b']);
    await other.close();
    await harness.add('c');
    await worker.resume();
    await eventually(() => runs).toEqual(['a', 'other b', 'c']);
    expect(worker.isRunning()).toBe(true);
  });

  it('holds back every worker of the queue while a source asks for patience', async () => {
    const limiter = { max: 1_000, durationMs: 1_000 };
    const runs: { parcelId: string; at: number }[] = [];
    const send = async (parcelId: string) => {
      runs.push({ parcelId, at: Date.now() });
      if (parcelId !== 'limited' || runs.length > 1) return;
      await worker.rateLimit(600);
      throw new RateLimitError();
    };
    const worker = harness.startWorker(send, { limiter });
    harness.startWorker(send, { limiter });
    await harness.add('limited');
    await eventually(() => runs.length).toBe(1);
    await eventually(() => harness.queue.getRateLimitTtl()).toBeGreaterThan(0);
    await harness.add('b', 'c');
    await eventually(() => runs.length).toBe(4);
    const [first, ...rest] = runs;
    expect(Math.min(...rest.map(({ at }) => at)) - (first?.at ?? 0)).toBeGreaterThan(500);
    expect(await harness.failedReasons()).toEqual([]);
  });
});
