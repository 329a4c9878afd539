import { findFreePort } from '@envase/engines';
import { traceQueue, traceRequests, traceResults } from '@envase/queues';
import { waitFor } from '@envase/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { buildAnswer, discharged } from './build.ts';
import { jobsOf, type Manager, openManager, variablesOf, waitingIn } from './open-manager.ts';
import { buildPublish, newBox } from './publishes.ts';
import { runManager } from './running.ts';

const redisUrl = process.env.REDIS_URL ?? '';

/** Stands where Connect Data and the Tracer do. */
let beside: Manager;
let running: Awaited<ReturnType<typeof runManager>>;
let adminPort: number;
beforeAll(async () => {
  beside = await openManager({ redisUrl });
  adminPort = await findFreePort();
  running = await runManager({ ...variablesOf(beside), ADMIN_PORT: String(adminPort), SPEED: '60' });
});
afterAll(async () => {
  await running.stop();
  await beside.close();
});

async function publish(
  box: ReturnType<typeof newBox>,
  options: { isHinted?: boolean } = {},
): Promise<string> {
  const { isHinted = true } = options;
  const event = buildPublish([box], { now: Date.now() - (isHinted ? 0 : 3_000) });
  await beside.program.db.repositories.events.insertPublished(event);
  const lane = { laneId: event._id, data: { eventId: event._id } };
  if (isHinted) await beside.program.producer.addLane(traceRequests, 'request.apply', lane);
  return event._id;
}

async function isQueued(traceId: string): Promise<boolean> {
  return (await waitingIn(beside, 'trace-apm')).includes(traceId);
}

/** As the tracer does when the provider has answered. */
async function answer(traceId: string): Promise<void> {
  const { observations } = beside.program.db.repositories;
  await observations.record([buildAnswer(await beside.trace(traceId), discharged, Date.now())]);
  const lane = { laneId: traceId, data: { traceId } };
  await beside.program.producer.addLane(traceResults, 'trace.settle', lane);
}

describe('the trace manager', () => {
  it('turns a publish into a run, and what was observed into an event', async () => {
    const box = newBox();
    const eventId = await publish(box);
    await waitFor(() => isQueued(box.traceId), { what: 'the run to be queued' });
    const event = await beside.program.db.repositories.events.get(eventId);
    expect(event?.todo).toEqual(['hooks']);
    await answer(box.traceId);
    const [told] = await waitFor(
      async () => {
        const results = await beside.results(box.traceId);
        return results.length > 0 && results;
      },
      { what: 'the result in the log' },
    );
    expect(told).toMatchObject({ action: 'TRACE_RESULT', sequence: 1, todo: ['hooks'] });
    await waitFor(async () => (await beside.trace(box.traceId)).outbox.length === 0, { what: 'the outbox' });
    expect(await waitingIn(beside, 'connect-events')).toContain(told?._id);
    const trace = await beside.trace(box.traceId);
    expect(trace.why.inputs.speed).toBe(60);
    expect(trace.nextTraceAt?.getTime()).toBeGreaterThan(Date.now());
  });

  it('finds a publish whose hint was lost', async () => {
    const box = newBox();
    await publish(box, { isHinted: false });
    await waitFor(() => isQueued(box.traceId), { what: 'the run to be queued' });
  });

  it('wakes a trace when its time has come', async () => {
    const box = newBox();
    await publish(box);
    await waitFor(() => isQueued(box.traceId), { what: 'the first run' });
    await answer(box.traceId);
    await waitFor(async () => (await beside.trace(box.traceId)).lastTracedAt, { what: 'the answer' });
    await drain();
    const trace = await beside.trace(box.traceId);
    const nextTraceAt = new Date(Date.now() + 500);
    const soon = { ...trace, rev: trace.rev + 1, nextTraceAt };
    await beside.program.db.repositories.traces.swap([{ expectedRev: trace.rev, trace: soon }]);
    // Only what is due is leased.
    const lease = await waitFor(async () => (await beside.trace(box.traceId)).queuedUntil, {
      what: 'a lease',
    });
    expect(lease.getTime() - 30_000).toBeGreaterThanOrEqual(nextTraceAt.getTime());
    expect(await isQueued(box.traceId)).toBe(true);
  });

  it('is healthy, and shows what is overdue', async () => {
    const ready = await fetch(`http://127.0.0.1:${adminPort}/health/ready`);
    expect(ready.status, await ready.text()).toBe(200);
    const metrics = await (await fetch(`http://127.0.0.1:${adminPort}/metrics`)).text();
    expect(metrics).toContain('envase_traces_overdue{program="trace-manager"} 0');
  });

  it('keeps nothing in Redis but ids', async () => {
    const jobs = [
      ...(await jobsOf(beside, traceRequests.name, ['completed'])),
      ...(await jobsOf(beside, traceResults.name, ['completed'])),
      ...(await jobsOf(beside, traceQueue('apm').name)),
    ];
    expect(jobs.length).toBeGreaterThan(3);
    for (const { data } of jobs) expect(Object.keys(data as object)).toHaveLength(1);
    expect(JSON.stringify(jobs.map(({ data }) => data))).not.toMatch(/TSTU|apm/);
  });
});

/** Takes what waits for the tracer away, as its workers would. */
async function drain(): Promise<void> {
  for (const job of await jobsOf(beside, 'trace-apm')) await job.remove();
}
