import type { ObservationDoc, TraceDoc } from '@envase/db';
import { notFound, type Observed } from '@envase/domain';
import { clearFailpoints, newEventId, setFailpoint } from '@envase/runtime';
import { waitFor } from '@envase/testing';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { buildAnswer, buildFailure, buildTrace, discharged } from '../../test/build.ts';
import { type Manager, openManager, waitingIn } from '../../test/open-manager.ts';
import { wire } from '../../test/parts.ts';
import { newBox } from '../../test/publishes.ts';
import { createOutboxPump } from '../pumps.ts';
import { startWorkers } from '../start.ts';

let manager: Manager;
let parts: ReturnType<typeof wire>;
beforeAll(async () => {
  manager = await openManager({ redisUrl: process.env.REDIS_URL ?? '' });
  parts = wire(manager);
  startWorkers(manager.program, manager);
});
afterEach(clearFailpoints);
afterAll(() => manager.close());

/** A trace of a box of its own, as just published. */
async function addTrace(changes: Partial<TraceDoc> = {}): Promise<TraceDoc> {
  const { traceId, number } = newBox();
  const now = new Date();
  const trace = buildTrace({ _id: traceId, number, nextTraceAt: now, tripStartedAt: now, ...changes });
  await manager.insert(trace);
  return trace;
}

async function observe(trace: TraceDoc, observed: Partial<Observed> = discharged): Promise<void> {
  await record({ ...buildAnswer(trace, observed, Date.now()) });
}

function record(...observations: ObservationDoc[]): Promise<void> {
  return manager.program.db.repositories.observations.record(observations);
}

const settle = ({ _id }: TraceDoc) => parts.settle({ traceId: _id });
const sequences = async ({ _id }: TraceDoc) =>
  (await manager.results(_id)).map(({ sequence, action }) => `${sequence} ${action}`);

const hold = { ...discharged, holds: [{ type: 'customs' as const, description: null, providerCode: null }] };
const clear = { ...discharged, holds: [] };

describe('trace.settle', () => {
  it('folds what is new, tells it, and asks for its fan-out', async () => {
    const trace = await addTrace();
    await observe(trace);
    await settle(trace);
    const [told] = await manager.results(trace._id);
    expect(told).toMatchObject({ action: 'TRACE_RESULT', sequence: 1, todo: ['hooks'], traceId: trace._id });
    expect(told?.payload).toMatchObject({ status: 'discharged', containerNumber: trace.number });
    expect(await manager.trace(trace._id)).toMatchObject({ outbox: [], seq: 1, lastWhy: trace.why });
    expect(await waitingIn(manager, 'connect-events')).toContain(told?._id);
  });

  it('is content with nothing new, and with a trace that is not there', async () => {
    const trace = await addTrace();
    await settle(trace);
    expect(await manager.trace(trace._id)).toEqual(trace);
    await parts.settle({ traceId: 'unknown' });
  });

  it('settles an answer that was seen again, without telling it again', async () => {
    const trace = await addTrace();
    await observe(trace);
    await settle(trace);
    await observe(trace);
    const before = await manager.trace(trace._id);
    await settle(trace);
    const after = await manager.trace(trace._id);
    expect(after.settled?.times).toBe(2);
    expect(after.rev).toBe(before.rev + 1);
    expect(await sequences(trace)).toEqual(['1 TRACE_RESULT']);
  });

  it('reloads when it lost the race, and folds over what the winner left', async () => {
    const trace = await addTrace({ nextTraceAt: new Date(Date.now() - 1) });
    await observe(trace);
    let raced = 0;
    setFailpoint('settle.before-swap', async () => {
      raced += 1;
      if (raced > 2) return;
      const current = await manager.trace(trace._id);
      const forced = { ...current, rev: current.rev + 1, forceSeq: current.forceSeq + 1 };
      await manager.program.db.repositories.traces.swap([{ expectedRev: current.rev, trace: forced }]);
    });
    await settle(trace);
    expect(raced).toBe(3);
    expect(await manager.trace(trace._id)).toMatchObject({ rev: 4, forceSeq: 3, seq: 1 });
    expect(await sequences(trace)).toEqual(['1 TRACE_RESULT']);
  });

  it('tells each result once and without a gap, however many settle at once', async () => {
    const trace = await addTrace();
    for (const observed of [discharged, hold, clear, { ...clear, available: true }]) {
      await observe(trace, observed);
      await Promise.all([settle(trace), settle(trace), settle(trace)]);
    }
    expect(await sequences(trace)).toEqual([1, 2, 3, 4].map((n) => `${n} TRACE_RESULT`));
    expect(await manager.trace(trace._id)).toMatchObject({ seq: 4, outbox: [] });
  });

  it('queues the next run at once when it was forced while the provider was asked', async () => {
    const trace = await addTrace({ forceSeq: 2, forcedAt: new Date() });
    await record({ ...buildAnswer(trace, discharged, Date.now()), forceSeq: 1 });
    await settle(trace);
    const settled = await manager.trace(trace._id);
    expect(settled.why.rule).toBe('forced');
    expect(settled.nextTraceAt?.getTime()).toBeLessThanOrEqual(Date.now());
    expect(await waitingIn(manager, 'trace-apm')).toContain(trace._id);
  });

  it('leaves a planned run to the pump', async () => {
    const trace = await addTrace();
    await observe(trace);
    await settle(trace);
    expect((await manager.trace(trace._id)).nextTraceAt?.getTime()).toBeGreaterThan(Date.now());
    expect(await waitingIn(manager, 'trace-apm')).not.toContain(trace._id);
  });

  it('tells of a failed attempt to the organization, outside the numbers', async () => {
    const trace = await addTrace();
    const tell = { count: 1, ids: [trace.number] };
    await record({ ...buildFailure(trace, { tell }), _id: `${trace._id}~${newEventId()}` });
    await settle(trace);
    const { items } = await manager.program.db.repositories.events.list(
      { clientId: 'c', grants: [{ orgId: 'org', svcId: '*' }] },
      { action: 'TRACE_ERROR' },
      { limit: 10 },
    );
    expect(items).toMatchObject([{ sequence: null, traceId: null, payload: { affected: tell } }]);
    expect(await manager.trace(trace._id)).toMatchObject({ failures: 1, seq: 0, outbox: [] });
  });

  it('ends tracing with the last result first, and says why', async () => {
    const trace = await addTrace();
    const time = { at: new Date(Date.now() - 60_000).toISOString() };
    const outgated = { code: 'outgated' as const, time, location: null };
    await observe(trace, { milestones: [...discharged.milestones, outgated] });
    await settle(trace);
    expect(await sequences(trace)).toEqual(['1 TRACE_RESULT', '2 TRACE_STOPPED']);
    expect(await manager.trace(trace._id)).toMatchObject({ tracing: false, nextTraceAt: null });
  });

  it('plans a trace with back-off whose answer cannot be folded, and fails visibly once', async () => {
    const trace = await addTrace();
    const broken: unknown = { ...notFound(new Date().toISOString()), found: true, milestones: null };
    // The point is a value that the type forbids.
    const normalized = broken as Observed;
    await record({ ...buildAnswer(trace, {}, Date.now()), normalized });
    await expect(settle(trace)).rejects.toThrow(TypeError);
    const planned = await manager.trace(trace._id);
    expect(planned).toMatchObject({ failures: 1, seq: 0, why: { rule: 'failing' } });
    expect(planned.nextTraceAt?.getTime()).toBeGreaterThan(Date.now());
    await settle(trace);
    expect(await manager.trace(trace._id)).toEqual(planned);
  });
});

describe('after a crash', () => {
  it.each(['settle.before-swap', 'settle.after-swap', 'outbox.before-insert', 'outbox.after-insert'])(
    'at %s each result is told once',
    async (point) => {
      const trace = await addTrace();
      await observe(trace);
      setFailpoint(point, 'throw');
      await expect(settle(trace)).rejects.toThrow(point);
      clearFailpoints();
      // Before the swap nothing is owed but the observation, which the tracer asks to settle on its next run.
      if (point === 'settle.before-swap') await settle(trace);
      const later = { ...manager.clock, now: () => Date.now() + 10_000 };
      await createOutboxPump(manager.program, later).tick();
      await waitFor(async () => (await manager.trace(trace._id)).outbox.length === 0, {
        what: 'the outbox to be empty',
      });
      expect(await sequences(trace)).toEqual(['1 TRACE_RESULT']);
      await observe(trace, hold);
      await settle(trace);
      expect(await sequences(trace)).toEqual(['1 TRACE_RESULT', '2 TRACE_RESULT']);
    },
  );

  it('what a crash left in the outbox goes before what comes next', async () => {
    const trace = await addTrace();
    await observe(trace);
    setFailpoint('outbox.before-insert', 'throw');
    await expect(settle(trace)).rejects.toThrow('outbox');
    await observe(trace, hold);
    await expect(settle(trace)).rejects.toThrow('outbox');
    clearFailpoints();
    await observe(trace, clear);
    await settle(trace);
    const told = await manager.results(trace._id);
    expect(told.map(({ sequence }) => sequence)).toEqual([1, 2, 3]);
    expect(told.map(({ _id }) => _id)).toEqual(told.map(({ _id }) => _id).toSorted());
  });
});
