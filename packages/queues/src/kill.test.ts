import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createHarness, eventually, type Harness, parcels } from '../test/harness.ts';
import type { WorkerOrders, WorkerReport } from '../test/worker-process.ts';

const url = process.env.REDIS_URL ?? '';
const fastTiming = { lockMs: 600, stallCheckMs: 200 };
const program = new URL('../test/worker-process.ts', import.meta.url);

describe('when worker processes are killed', () => {
  let harness: Harness;
  let children: ChildProcess[];
  let reports: (WorkerReport & { pid: number })[];
  beforeEach(async () => {
    harness = await createHarness(url);
    children = [];
    reports = [];
  });
  afterEach(async () => {
    for (const child of children) child.kill('SIGKILL');
    await harness.close();
  });

  function startProcess(timing?: WorkerOrders['timing']): ChildProcess {
    const orders: WorkerOrders = { url, prefix: harness.prefix, ...(timing && { timing }) };
    const child = fork(program, [JSON.stringify(orders)], { execArgv: [], stdio: 'ignore' });
    // The program sends nothing else.
    child.on('message', (message) => reports.push({ ...(message as WorkerReport), pid: child.pid ?? 0 }));
    children.push(child);
    return child;
  }
  const startsOf = (parcelId: string) => reports.filter((r) => 'started' in r && r.started === parcelId);
  const endsOf = (parcelId: string) => reports.filter((r) => 'ended' in r && r.ended === parcelId);

  it('runs a job again within 10 s of its worker being killed, and never calls it failed', async () => {
    const victim = startProcess();
    await harness.add('hanging');
    await eventually(() => startsOf('hanging').length).toBe(1);
    startProcess();
    await harness.add('ready');
    const exited = once(victim, 'exit');
    victim.kill('SIGKILL');
    await exited;
    const killedAt = performance.now();
    await eventually(() => startsOf('hanging').length).toBe(2);
    expect(performance.now() - killedAt).toBeLessThan(10_000);
    // The short job may have died with the victim too, and is then about to end.
    await eventually(() => harness.producer.counts(parcels)).toMatchObject({ failed: 0, active: 1 });
  }, 40_000);

  it('quarantines the job that kills its worker (C17), and only that one', async () => {
    const restart = () => startProcess(fastTiming).once('exit', () => restart());
    await harness.add('slow-1', 'killer', 'slow-2', 'slow-3');
    restart();
    await eventually(() => reports.filter((r) => 'quarantined' in r).length).toBe(1);
    for (const child of children) child.removeAllListeners('exit');
    await eventually(() => harness.producer.counts(parcels)).toMatchObject({
      completed: 3,
      failed: 1,
      waiting: 0,
      active: 0,
    });
    expect(await harness.failedReasons()).toEqual([
      'quarantined: started 3 times without an end, the last alone',
    ]);
    expect((await harness.queue.getFailed()).map((job) => job.data.parcelId)).toEqual(['killer']);
    expect(startsOf('killer')).toHaveLength(3);
    for (const parcelId of ['slow-1', 'slow-2', 'slow-3']) expect(endsOf(parcelId)).toHaveLength(1);
  }, 70_000);

  it('lets jobs end that merely ran beside, though their workers were killed again and again', async () => {
    startProcess(fastTiming);
    await harness.add('held-1', 'held-2');
    for (let kills = 1; kills <= 2; kills += 1) {
      await eventually(() => startsOf('held-1').length).toBe(kills);
      await eventually(() => startsOf('held-2').length).toBe(kills);
      children.at(-1)?.kill('SIGKILL');
      startProcess(fastTiming);
    }
    const startsAlone = () => startsOf('held-1').length + startsOf('held-2').length - 4;
    await eventually(startsAlone).toBe(1);
    children.at(-1)?.send('release');
    await eventually(() => endsOf('held-1').length + endsOf('held-2').length).toBe(2);
    expect(startsAlone()).toBe(2);
    expect(await harness.producer.counts(parcels)).toMatchObject({ failed: 0 });
  }, 60_000);
});
