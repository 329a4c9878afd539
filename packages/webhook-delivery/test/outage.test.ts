import type { DeliveryDoc, EventDoc, WebhookDoc } from '@envase/db';
import type { Receiver } from '@envase/testing';
import { describe, expect, it } from 'vitest';
import { useWorld, type World } from './world.ts';

// Contract s6, quality R4: ten attempts over 75 h. A receiver that is away for as long still learns everything.
const world = useWorld();
const hour = 60 * 60_000;
const publishedAtHours = [0, 1, 10, 30, 60, 74];
const traces = ['a', 'b', 'c'];

interface Listener {
  hook: WebhookDoc;
  receiver: Receiver;
  owed: DeliveryDoc[];
}

async function listen(it: World, wishes: { ordered: boolean }): Promise<Listener> {
  const receiver = await it.receive();
  receiver.answerWith(503);
  return { hook: await it.addHook(receiver.url, wishes), receiver, owed: [] };
}

/** One more event of each trace for each listener. */
async function publish(it: World, listeners: readonly Listener[], sequence: number): Promise<void> {
  const events: Partial<EventDoc>[] = traces.map((traceId) => ({ traceId, sequence }));
  for (const { hook, owed } of listeners) owed.push(...(await it.owe(hook, events)));
}

/** Lets time pass, sending whatever becomes due on the way. */
async function pass(it: World, hooks: readonly WebhookDoc[], untilMs: number): Promise<void> {
  for (;;) {
    for (const hook of hooks) await it.drainAll(hook);
    const next = (await it.database.repositories.deliveries.oldestDue())?.getTime() ?? untilMs;
    if (next >= untilMs) break;
    it.clock.advance(Math.max(1, next - it.clock.now()));
  }
  it.clock.advance(untilMs - it.clock.now());
}

/** Publishes over the outage and ends it after so many hours. */
async function beAwayFor(hours: number, it: World, listeners: readonly Listener[]): Promise<void> {
  const startedAt = it.clock.now();
  const hooks = listeners.map(({ hook }) => hook);
  for (const [index, at] of publishedAtHours.entries()) {
    await pass(it, hooks, startedAt + at * hour);
    await publish(it, listeners, index + 1);
  }
  await pass(it, hooks, startedAt + hours * hour);
  for (const { receiver } of listeners) receiver.answerWith(200);
}

/** Sequences that were accepted from a moment on, by trace, as they came. */
function accepted({ receiver }: Listener, from: number): Record<string, number[]> {
  const heard: Record<string, number[]> = Object.fromEntries(traces.map((traceId) => [traceId, []]));
  for (const { json } of receiver.requests.slice(from)) {
    const { traceId, sequence } = json as { traceId: string; sequence: number }; // our own body
    heard[traceId]?.push(sequence);
  }
  return heard;
}

async function statesOf(it: World, { owed }: Listener): Promise<string[]> {
  const stored = await Promise.all(owed.map(({ _id }) => it.delivery(_id)));
  return [...new Set(stored.map(({ state }) => state))].sort();
}

describe('a receiver that was away for 75 h', () => {
  it('learns everything once it is back, an ordered hook in its order, and nothing twice', async () => {
    const it = world();
    const listeners = [await listen(it, { ordered: true }), await listen(it, { ordered: false })];
    await beAwayFor(75, it, listeners);
    const before = listeners.map(({ receiver }) => receiver.requests.length);
    const hooks = listeners.map(({ hook }) => hook);
    await pass(it, hooks, it.clock.now() + 30 * hour);
    const whole = Object.fromEntries(traces.map((traceId) => [traceId, [1, 2, 3, 4, 5, 6]]));
    for (const [index, listener] of listeners.entries()) {
      expect(await statesOf(it, listener)).toEqual(['delivered']);
      const heard = accepted(listener, before[index] ?? 0);
      if (listener.hook.ordered) expect(heard).toEqual(whole);
      for (const sequences of Object.values(heard)) expect(sequences.toSorted()).toEqual([1, 2, 3, 4, 5, 6]);
      expect((await it.hook(listener.hook._id)).health).toMatchObject({
        status: 'enabled',
        breakerUntil: null,
      });
    }
  }, 120_000);
});

describe('a receiver that was away for longer than all attempts (C16)', () => {
  it('is owed nothing but dead letters, which a replay sends again under their ids', async () => {
    const it = world();
    const listener = await listen(it, { ordered: true });
    const { hook, receiver, owed } = listener;
    await publish(it, [listener], 1);
    const startedAt = it.clock.now();
    await pass(it, [hook], startedAt + 100 * hour);
    expect(await statesOf(it, listener)).toEqual(['dead']);
    const attempts = await Promise.all(owed.map(async ({ _id }) => (await it.delivery(_id)).attemptCount));
    expect(attempts).toEqual([10, 10, 10]);
    const before = receiver.requests.length;
    receiver.answerWith(200);
    const replayed = await it.database.repositories.deliveries.replay(hook._id, {
      replayId: 'replay-1',
      since: new Date(0),
      failedOnly: true,
      now: new Date(it.clock.now()),
      limit: 100,
    });
    expect(replayed).toEqual({ resent: 3, next: null });
    await pass(it, [hook], it.clock.now() + hour);
    expect(await statesOf(it, listener)).toEqual(['delivered']);
    const again = receiver.requests.slice(before).map(({ headers }) => headers['webhook-id']);
    expect(again.toSorted()).toEqual(owed.map(({ eventId }) => eventId).toSorted());
    expect(Object.values(accepted(listener, before))).toEqual([[1], [1], [1]]);
  }, 120_000);
});
