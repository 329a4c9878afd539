import type { EventDoc, TraceDoc } from '@envase/db';
import { traceRequests } from '@envase/queues';
import { clearFailpoints, setFailpoint } from '@envase/runtime';
import { waitFor } from '@envase/testing';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { buildAnswer, discharged } from '../../test/build.ts';
import { jobsOf, type Manager, openManager, waitingIn } from '../../test/open-manager.ts';
import { wire } from '../../test/parts.ts';
import { buildPublish, newBox } from '../../test/publishes.ts';
import { createOutboxPump, createRequestPump } from '../pumps.ts';
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

type Boxes = Parameters<typeof buildPublish>[0];

async function publish(
  boxes: Boxes,
  options: Partial<Parameters<typeof buildPublish>[1]> = {},
): Promise<EventDoc> {
  const event = buildPublish(boxes, { now: Date.now(), ...options });
  await manager.program.db.repositories.events.insertPublished(event);
  return event;
}

async function publishAndApply(...args: Parameters<typeof publish>): Promise<EventDoc> {
  const event = await publish(...args);
  await parts.apply({ eventId: event._id });
  return event;
}

async function debtsOf({ _id }: EventDoc): Promise<string[]> {
  return (await manager.program.db.repositories.events.get(_id))?.todo ?? ['no such event'];
}

describe('request.apply', () => {
  it('makes a trace per box, due at once and queued ahead of the backlog', async () => {
    const boxes = [newBox(), newBox()];
    const event = await publishAndApply(boxes);
    for (const { traceId, number } of boxes) {
      expect(await manager.trace(traceId)).toMatchObject({ number, trip: 1, tracing: true, forceSeq: 1 });
    }
    expect(await waitingIn(manager, 'trace-apm')).toEqual(
      expect.arrayContaining(boxes.map((b) => b.traceId)),
    );
    expect(await debtsOf(event)).toEqual(['hooks']);
  });

  it('does nothing for an event that owes nothing, and for one that is not there', async () => {
    const box = newBox();
    const event = await publishAndApply([box]);
    const before = await manager.trace(box.traceId);
    await parts.apply({ eventId: event._id });
    await parts.apply({ eventId: 'unknown' });
    expect(await manager.trace(box.traceId)).toEqual(before);
  });

  it('makes one trace of 200 identical publishes at once, and loses none of them', async () => {
    const box = newBox();
    const now = Date.now();
    const events = Array.from({ length: 200 }, () => buildPublish([box], { now }));
    await Promise.all(events.map((one) => manager.program.db.repositories.events.insertPublished(one)));
    const lanes = events.map(({ _id }) => ({ laneId: _id, data: { eventId: _id } }));
    await manager.program.producer.addLanes(traceRequests, 'request.apply', lanes);
    await waitFor(async () => (await jobsOf(manager, 'trace-requests', ['completed'])).length >= 200, {
      what: 'every publish to be applied',
      timeoutMs: 40_000,
      everyMs: 50,
    });
    for (const event of await manager.program.db.repositories.events.getMany(events.map(({ _id }) => _id))) {
      expect(event.todo).toEqual(['hooks']);
    }
    const trace = await manager.trace(box.traceId);
    // The first run, the forced one at once, and the one that the other 198 share.
    expect(trace).toMatchObject({ forceSeq: 3, rev: 200, trip: 1, tracing: true });
    expect(trace.applied).toHaveLength(8);
    expect(events.map(({ _id }) => _id)).toEqual(expect.arrayContaining(trace.applied));
    expect(trace.nextTraceAt?.getTime()).toBeLessThanOrEqual(Date.now());
    expect((await waitingIn(manager, 'trace-apm')).filter((id) => id === box.traceId)).toHaveLength(1);
  }, 60_000);

  it('applies a batch in which some traces change under its feet', async () => {
    const boxes = [newBox(), newBox(), newBox()];
    const contested = boxes[1]?.traceId ?? '';
    await publishAndApply(boxes);
    let raced = 0;
    setFailpoint('apply.before-swap', async () => {
      if (raced === 2) return;
      raced += 1;
      await touch(contested);
    });
    await publishAndApply(boxes);
    expect(raced).toBe(2);
    const revs = await Promise.all(boxes.map(async ({ traceId }) => (await manager.trace(traceId)).rev));
    expect(revs).toEqual([2, 4, 2]);
    for (const { traceId } of boxes) expect((await manager.trace(traceId)).forceSeq).toBe(2);
  });

  it('stops the trace that a publish replaces', async () => {
    const [old, fresh] = [newBox(), newBox()];
    await publishAndApply([old]);
    await publishAndApply([fresh], { replaces: old.traceId });
    expect(await manager.trace(old.traceId)).toMatchObject({
      tracing: false,
      stopReason: 'stopped_by_client',
      outbox: [],
    });
    expect(await manager.results(old.traceId)).toMatchObject([{ action: 'TRACE_STOPPED', sequence: 1 }]);
    expect(await manager.trace(fresh.traceId)).toMatchObject({ tracing: true });
  });

  it('is content when the trace to be replaced is not there', async () => {
    const box = newBox();
    const event = await publishAndApply([box], { replaces: 'unknown' });
    expect(await debtsOf(event)).toEqual(['hooks']);
  });

  it('stops, resumes on the same trip, and starts a new one', async () => {
    const box = newBox();
    await publishAndApply([box]);
    await publishAndApply([box], { verb: 'stop' });
    expect(await manager.trace(box.traceId)).toMatchObject({ tracing: false, nextTraceAt: null, trip: 1 });
    await publishAndApply([box], { verb: 'resume' });
    expect(await manager.trace(box.traceId)).toMatchObject({ tracing: true, stopReason: null, trip: 1 });
    await publishAndApply([box], { verb: 'stop' });
    await publishAndApply([box]);
    expect(await manager.trace(box.traceId)).toMatchObject({ tracing: true, trip: 2, seq: 2, outbox: [] });
    expect(await manager.results(box.traceId)).toMatchObject([
      { action: 'TRACE_STOPPED', sequence: 1, todo: ['hooks'] },
      { action: 'TRACE_STOPPED', sequence: 2, todo: ['hooks'] },
    ]);
  });

  it('makes no trace for a stop of what is not traced', async () => {
    const box = newBox();
    const event = await publishAndApply([box], { verb: 'stop' });
    await expect(manager.trace(box.traceId)).rejects.toThrow('no trace');
    expect(await debtsOf(event)).toEqual(['hooks']);
  });

  it('asks no real provider for a test trace', async () => {
    const box = newBox();
    await publishAndApply([box], { isTest: true });
    expect(await manager.trace(box.traceId)).toMatchObject({ via: 'scenario', providerId: 'apm' });
    expect(await waitingIn(manager, 'trace-scenario')).toEqual([box.traceId]);
  });

  it('leaves the run to the pump while the breaker is open', async () => {
    const states = manager.program.db.repositories.providerStates;
    const breaker = { state: 'open' as const, until: new Date(Date.now() + 60_000), failures: 5 };
    await states.swap(null, { _id: 'bnsf', rev: 1, breaker });
    const box = newBox();
    await publishAndApply([box], { providerId: 'bnsf' });
    expect((await manager.trace(box.traceId)).nextTraceAt).toBeInstanceOf(Date);
    expect(await waitingIn(manager, 'trace-bnsf')).toEqual([]);
  });

  it('fails for a provider that this version does not know, and goes on owing', async () => {
    const event = await publish([newBox()], { providerId: 'gone' });
    await expect(parts.apply({ eventId: event._id })).rejects.toThrow('no longer known');
    expect(await debtsOf(event)).toEqual(['hooks', 'trace']);
  });
});

describe('after a crash', () => {
  /** Runs until the crash point, then lets the pump and the running workers repair. */
  async function crashAndRepair(point: string, event: EventDoc): Promise<void> {
    setFailpoint(point, 'throw');
    await expect(parts.apply({ eventId: event._id })).rejects.toThrow(point);
    clearFailpoints();
    const later = { ...manager.clock, now: () => Date.now() + 10_000 };
    await createRequestPump(manager.program, later).tick();
    await createOutboxPump(manager.program, later).tick();
    await waitFor(async () => !(await debtsOf(event)).includes('trace'), { what: 'the debt to be paid' });
  }

  it.each(['apply.before-swap', 'apply.after-swap', 'apply.after-settled'])(
    'at %s the publish is applied once',
    async (point) => {
      const [known, fresh] = [newBox(), newBox()];
      await publishAndApply([known]);
      await crashAndRepair(point, await publish([known, fresh]));
      expect(await manager.trace(known.traceId)).toMatchObject({ forceSeq: 2, rev: 2, tracing: true });
      expect(await manager.trace(fresh.traceId)).toMatchObject({ forceSeq: 1, rev: 1, tracing: true });
    },
  );

  it.each([
    'apply.before-swap',
    'apply.after-swap',
    'outbox.before-insert',
    'outbox.after-insert',
    'apply.after-settled',
  ])('at %s the stop is told once', async (point) => {
    const box = newBox();
    await publishAndApply([box]);
    await crashAndRepair(point, await publish([box], { verb: 'stop' }));
    const told = await waitFor(
      async () => {
        const { outbox, tracing } = await manager.trace(box.traceId);
        return !tracing && outbox.length === 0 && (await manager.results(box.traceId));
      },
      { what: 'the stop to be in the log' },
    );
    expect(told).toMatchObject([{ action: 'TRACE_STOPPED', sequence: 1 }]);
  });
});

describe('publishes and results at once', () => {
  it('lose nothing of each other', async () => {
    const box = newBox();
    await publishAndApply([box]);
    const { observations } = manager.program.db.repositories;
    await observations.record([buildAnswer(await manager.trace(box.traceId), discharged, Date.now())]);
    await Promise.all([
      parts.settle({ traceId: box.traceId }),
      ...Array.from({ length: 8 }, () => publishAndApply([box])),
      parts.settle({ traceId: box.traceId }),
    ]);
    const trace: TraceDoc = await manager.trace(box.traceId);
    expect(trace).toMatchObject({ forceSeq: 3, rev: 10, seq: 1, outbox: [], tracing: true });
    expect(trace.state?.status).toBe('discharged');
    expect(await manager.results(box.traceId)).toMatchObject([{ action: 'TRACE_RESULT', sequence: 1 }]);
  });
});

/** Another writer's change of a trace. */
async function touch(traceId: string): Promise<void> {
  const trace = await manager.trace(traceId);
  const { traces } = manager.program.db.repositories;
  await traces.swap([{ expectedRev: trace.rev, trace: { ...trace, rev: trace.rev + 1 } }]);
}
