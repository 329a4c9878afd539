import { type Pump, traceRequests, traceResults } from '@envase/queues';
import { clearFailpoints, createClock, setFailpoint } from '@envase/runtime';
import { waitFor } from '@envase/testing';
import { afterEach, expect, it } from 'vitest';
import { createOutboxPump, createRequestPump, createTracePump } from '../src/pumps.ts';
import { startWorkers } from '../src/start.ts';
import { buildAnswer, buildTrace, discharged } from './build.ts';
import { jobsOf, type Manager, openManager } from './open-manager.ts';
import { buildPublish, newBox } from './publishes.ts';

const redisUrl = process.env.REDIS_URL ?? '';
const counter = 'envase_jobs_quarantined_total{';
const timing = { lockMs: 500, stallCheckMs: 200 };

const started: Manager[] = [];
afterEach(async () => {
  deaths.reject(new Error('This incarnation is dead'));
  clearFailpoints();
  await Promise.all(started.splice(0).map((manager) => manager.close()));
});
let deaths = Promise.withResolvers<void>();

/** Starts an incarnation after another on the same stores, each of which dies at these points, until `isOver`. */
async function dieAt(
  points: readonly string[],
  first: Manager,
  isOver: () => Promise<boolean>,
): Promise<number> {
  deaths = Promise.withResolvers<void>();
  deaths.promise.catch((error: unknown) => first.logger.debug({ err: error }, 'The test ends'));
  for (let count = 0; ; count += 1) {
    const incarnation = await openManager({ redisUrl, like: first });
    started.push(incarnation);
    let isDead = false;
    const die = () => {
      isDead = true;
      // Its locks are no longer renewed and its jobs never end: to everybody else it is dead.
      incarnation.program.workerRedis.disconnect();
      return deaths.promise;
    };
    for (const point of points) setFailpoint(point, die);
    startWorkers(incarnation.program, { ...incarnation, timing });
    await waitFor(async () => isDead || (await isOver()), { what: 'a death', timeoutMs: 20_000 });
    if (!isDead) return count;
  }
}

const later = (ms: number) => ({ ...createClock(), now: () => Date.now() + ms });

/** A publish that owes its trace, and a trace that is overdue, has an answer to settle and an outbox that stayed full. */
async function addPoison({ insert, program }: Manager) {
  const { events, observations } = program.db.repositories;
  const event = buildPublish([newBox()], { now: Date.now() - 10_000 });
  await events.insertPublished(event);
  const { traceId, number } = newBox();
  const trace = buildTrace({
    _id: traceId,
    number,
    nextTraceAt: new Date(Date.now() - 120_000),
    outbox: [{ ...buildPublish([], { now: Date.now() - 60_000 }), payload: {} }],
    outboxAt: new Date(Date.now() - 60_000),
  });
  await insert(trace);
  await observations.record([buildAnswer(trace, discharged, Date.now())]);
  return { event, trace };
}

function pumpsAt(manager: Manager, ms: number): Record<string, Pump> {
  const { program, rules, askable, readPaused } = manager;
  const clock = later(ms);
  const manifest = rules.manifests.find(({ id }) => id === 'apm');
  if (!manifest) throw new Error('apm is a provider');
  return {
    requests: createRequestPump(program, clock),
    outboxes: createOutboxPump(program, clock),
    traces: createTracePump(program, { clock, askable, readPaused, manifest }),
  };
}

it('a job that ends its worker three times fails visibly, and what it is about rests', async () => {
  const first = await openManager({ redisUrl });
  started.push(first);
  const { event, trace } = await addPoison(first);
  const { requests, outboxes } = pumpsAt(first, 0);
  expect([await requests?.tick(), await outboxes?.tick()]).toEqual([1, 1]);
  const failedJobs = async () => [
    ...(await jobsOf(first, traceRequests.name, ['failed'])),
    ...(await jobsOf(first, traceResults.name, ['failed'])),
  ];
  const points = ['apply.before-swap', 'settle.before-swap'];
  const count = await dieAt(points, first, async () => (await failedJobs()).length === 2);
  expect(count).toBeGreaterThanOrEqual(3);
  expect(count).toBeLessThanOrEqual(6);
  const quarantined = expect.stringContaining('quarantined: started') as string;
  expect((await failedJobs()).map(({ data, failedReason }) => [data, failedReason])).toEqual([
    [{ eventId: event._id }, quarantined],
    [{ traceId: trace._id }, quarantined],
  ]);
  const { nextTraceAt } = trace;
  expect(await first.trace(trace._id)).toMatchObject({ nextTraceAt, tracing: true, settled: null, seq: 0 });
  const { traces } = first.program.db.repositories;
  expect(await traces.countOverdue(new Date(Date.now() - 60_000))).toBe(1);
  for (const pump of Object.values(pumpsAt(first, 60_000))) expect(await pump.tick()).toBe(0);
  for (const pump of Object.values(pumpsAt(first, 330_000))) expect(await pump.tick()).toBe(1);
  const figures = await Promise.all(started.map(({ program }) => program.metrics.registry.metrics()));
  const counted = figures.flatMap((text) => text.split('\n').filter((line) => line.startsWith(counter)));
  for (const queue of [traceRequests.name, traceResults.name]) {
    expect(counted).toContainEqual(expect.stringContaining(`queue="${queue}"`));
  }
  // Retried by hand it costs no further worker: it is known and fails again.
  const [job] = await failedJobs();
  await job?.retry();
  const isBack = ({ id, finishedOn }: { id?: string | undefined; finishedOn?: number | undefined }) =>
    id === job?.id && finishedOn !== job?.finishedOn;
  await waitFor(async () => (await failedJobs()).some(isBack), { what: 'the job to fail again' });
}, 60_000);
