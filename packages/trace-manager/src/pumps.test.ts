import type { TraceDoc } from '@envase/db';
import { findProvider, type ProviderManifest } from '@envase/providers';
import { openQueues, type Pump } from '@envase/queues';
import { createTestClock, newUuid, type TestClock } from '@envase/runtime';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { buildPause, buildTrace, startMs } from '../test/build.ts';
import { jobsOf, type Manager, openManager, waitingIn } from '../test/open-manager.ts';
import { buildPublish, newBox } from '../test/publishes.ts';
import { createOutboxPump, createRequestPump, createTracePump, roomOf } from './pumps.ts';

const leaseMs = 30_000;

let manager: Manager;
let clock: TestClock;
let manifest: ProviderManifest;
let pump: Pump;
beforeAll(async () => {
  clock = createTestClock(startMs);
  manager = await openManager({ redisUrl: process.env.REDIS_URL ?? '', clock });
});
afterAll(() => manager.close());

let providers = 0;
beforeEach(() => {
  const apm = findProvider('apm')?.manifest;
  if (!apm) throw new Error('apm is a provider');
  providers += 1;
  // A queue and a breaker of its own for each test.
  manifest = { ...apm, id: `pumped_${providers}`, timeoutMs: leaseMs - 10_000, batchSize: 2, limits: {} };
  pump = newPump();
});

/** Not run: the tests tick by hand. Queues that only tests know are not on the board. */
function newPump(changes: Partial<ProviderManifest> = {}): Pump {
  const { program, askable, readPaused } = manager;
  return createTracePump(program, { clock, askable, readPaused, manifest: { ...manifest, ...changes } });
}

async function addTraces(count: number, changes: Partial<TraceDoc> = {}): Promise<string[]> {
  const rows = Array.from({ length: count }, (_, index) =>
    buildTrace({
      _id: `h${newUuid()}`,
      via: manifest.id,
      nextTraceAt: new Date(clock.now() - 1_000 + index),
      ...changes,
    }),
  );
  await manager.insert(...rows);
  return rows.map(({ _id }) => _id);
}

/** What waits in the queue of this test's provider, in the order in which workers will take it. */
async function waiting(): Promise<string[]> {
  const { producerRedis: redis, prefix, logger } = manager.program;
  const board = openQueues([manifest.id], { redis, prefix, logger });
  try {
    return await waitingIn({ board }, `trace-${manifest.id.replace('_', '-')}`);
  } finally {
    await board.close();
  }
}

async function setBreaker(state: 'open' | 'closed', until: number | null, rev: number): Promise<void> {
  const breaker = { state, until: until === null ? null : new Date(until), failures: 5 };
  const states = manager.program.db.repositories.providerStates;
  await states.swap(rev === 1 ? null : rev - 1, { _id: manifest.id, rev, breaker });
}

describe('the pump of a provider', () => {
  it('queues what is due, once, until its lease ends', async () => {
    const due = await addTraces(2);
    await addTraces(1, { nextTraceAt: new Date(clock.now() + 60_000) });
    await addTraces(1, { tracing: false, nextTraceAt: null });
    expect(await pump.tick()).toBe(2);
    expect(await waiting()).toEqual(due);
    expect(await pump.tick()).toBe(0);
    const [first] = due;
    expect((await manager.trace(first ?? '')).queuedUntil).toEqual(new Date(clock.now() + leaseMs));
    clock.advance(leaseMs - 1);
    expect(await pump.tick()).toBe(0);
    clock.advance(1);
    expect(await pump.tick()).toBe(2);
    expect(await waiting()).toEqual(due);
  });

  it('never changes when a trace is due', async () => {
    const [id = ''] = await addTraces(1);
    const before = await manager.trace(id);
    await pump.tick();
    expect(await manager.trace(id)).toEqual({ ...before, queuedUntil: new Date(clock.now() + leaseMs) });
  });

  it('takes the most valuable first, then those that are due longest', async () => {
    const [low] = await addTraces(1, { priority: 2, nextTraceAt: new Date(clock.now() - 9_000) });
    const [later] = await addTraces(1, { priority: 0, nextTraceAt: new Date(clock.now() - 1) });
    const [sooner] = await addTraces(1, { priority: 0, nextTraceAt: new Date(clock.now() - 2) });
    const [mid] = await addTraces(1, { priority: 1 });
    expect(await newPump({ limits: { perMinute: 2 } }).tick()).toBe(2);
    expect(await waiting()).toEqual([sooner, later]);
    expect(await pump.tick()).toBe(2);
    expect(await waiting()).toEqual([sooner, later, mid, low]);
  });

  it('queues no more than there is room for, and the rest waits in MongoDB in order', async () => {
    const due = await addTraces(5);
    const slow = newPump({ limits: { perMinute: 4 } });
    expect(await slow.tick()).toBe(4);
    expect(await slow.tick()).toBe(0);
    expect(await waiting()).toEqual(due.slice(0, 4));
  });

  it('stops while the breaker is open, sends one probe when its time has passed, and all when it closes', async () => {
    const due = await addTraces(4);
    await setBreaker('open', clock.now() + 60_000, 1);
    expect(await pump.tick()).toBe(0);
    clock.advance(60_000);
    expect(await pump.tick()).toBe(1);
    expect(await pump.tick()).toBe(0);
    expect(await waiting()).toEqual(due.slice(0, 1));
    await setBreaker('open', clock.now() + 120_000, 2);
    clock.advance(90_000);
    expect(await pump.tick()).toBe(0);
    clock.advance(30_000);
    expect(await pump.tick()).toBe(1);
    await setBreaker('closed', null, 3);
    expect(await pump.tick()).toBe(3);
  });

  it('leaves what is paused in MongoDB as it is, and goes on when the pause is taken back or over', async () => {
    const { pauses } = manager.program.db.repositories;
    const [held = ''] = await addTraces(1, { orgId: 'org-held' });
    const [free = ''] = await addTraces(1);
    const before = await manager.trace(held);
    await pauses.put(buildPause('organization', 'org-held', new Date(clock.now() + 60_000)));
    await pauses.put(buildPause('provider', manifest.id, null));
    expect(await pump.tick()).toBe(0);
    await pauses.remove(`provider~${manifest.id}`);
    expect(await pump.tick()).toBe(1);
    expect(await waiting()).toEqual([free]);
    expect(await manager.trace(held)).toEqual(before);
    clock.advance(60_000);
    await pump.tick();
    expect(await waiting()).toContain(held);
  });

  it('sends another probe when the one before never came back', async () => {
    await addTraces(2);
    await setBreaker('open', clock.now(), 1);
    expect(await pump.tick()).toBe(1);
    clock.advance(leaseMs);
    expect(await pump.tick()).toBe(1);
  });

  it('brings back what was queued when the leases are cleared', async () => {
    const due = await addTraces(2);
    await pump.tick();
    await manager.program.db.repositories.traces.clearLeases();
    expect(await pump.tick()).toBe(2);
    expect(await waiting()).toEqual(due);
  });
});

describe('the room of a queue', () => {
  it.each([
    [{ perSecond: 1 }, 50, 500],
    [{ perSecond: 1 }, 2, 60],
    [{ perMinute: 10 }, 1, 5],
    [{ perMinute: 1 }, 3, 3],
    [{ perSecond: 2, perMinute: 6 }, 1, 3],
    [{}, 1, 500],
    [{ perDay: 10 }, 100, 500],
  ])('with limits %j and batches of %i is %i boxes', (limits, batchSize, room) => {
    expect(roomOf({ limits, batchSize })).toBe(room);
  });
});

describe('the pump of requests', () => {
  it('queues publishes that still owe their traces, and leaves each to its job for a while', async () => {
    const event = buildPublish([newBox()], { now: clock.now() });
    await manager.program.db.repositories.events.insertPublished(event);
    const requests = createRequestPump(manager.program, clock);
    expect(await requests.tick()).toBe(0);
    clock.advance(3_000);
    expect(await requests.tick()).toBe(1);
    expect(await requests.tick()).toBe(0);
    expect(await waitingIn(manager, 'trace-requests')).toEqual([event._id]);
    clock.advance(3_000);
    expect(await requests.tick()).toBe(1);
    expect(await jobsOf(manager, 'trace-requests')).toHaveLength(1);
  });
});

describe('the pump of outboxes', () => {
  it('asks to settle traces whose outbox stayed full', async () => {
    const [event] = [buildPublish([newBox()], { now: clock.now() })];
    const outboxAt = new Date(clock.now());
    const [full = ''] = await addTraces(1, { outbox: [event], outboxAt });
    await addTraces(1);
    const outboxes = createOutboxPump(manager.program, clock);
    expect(await outboxes.tick()).toBe(0);
    clock.advance(3_000);
    expect(await outboxes.tick()).toBe(1);
    expect(await waitingIn(manager, 'trace-results')).toEqual([full]);
  });
});
