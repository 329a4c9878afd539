import type { EventDoc, WebhookDoc } from '@envase/db';
import type { RecordedRequest } from '@envase/testing';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { newDelivery, newEvent } from './documents.ts';
import { patience, useWorld, type World } from './world.ts';

const world = useWorld();
const day = 24 * 60 * 60_000;

/** `A1` is the first event of trace A. */
function of(name: string): Partial<EventDoc> {
  return { traceId: `trace-${name.slice(0, 1)}`, sequence: Number(name.slice(1)) };
}

function nameOf({ json }: RecordedRequest): string {
  const { traceId, sequence } = json as { traceId: string; sequence: number }; // our own body
  return `${traceId.slice(-1)}${sequence}`;
}

/** Stores events that still owe their fan-out, and answers with the fan-outs by name. */
async function publish(
  { database, clock }: World,
  hook: WebhookDoc,
  published: readonly string[],
): Promise<(name: string) => Promise<void>> {
  const { events, deliveries } = database.repositories;
  const owing = { todo: ['hooks'] as EventDoc['todo'], dueAt: new Date(clock.now() + 3_000) };
  const byName = new Map(published.map((name) => [name, newEvent({ ...of(name), ...owing })]));
  await events.insertResults([...byName.values()]);
  return async (name) => {
    const event = byName.get(name);
    if (!event) throw new Error(`${name} was not published`);
    await deliveries.insertMissing([newDelivery(event, hook, { dueAt: new Date(clock.now()) })]);
    await events.settleOwed(event._id, 'hooks');
  };
}

describe('an ordered hook', () => {
  it('hears the events of a trace one by one, in one turn, whatever order they became due in', async () => {
    const it = world();
    const receiver = await it.receive();
    const hook = await it.addHook(receiver.url, { ordered: true });
    await it.owe(hook, ['A3', 'B1', 'A1', 'B2', 'A2'].map(of));
    await it.drain(hook);
    const names = receiver.requests.map(nameOf);
    expect(names.filter((name) => name.startsWith('A'))).toEqual(['A1', 'A2', 'A3']);
    expect(names.filter((name) => name.startsWith('B'))).toEqual(['B1', 'B2']);
    expect(it.queued).toEqual([]);
  });

  it('has only the trace of a failed one held back, without using attempts', async () => {
    const it = world();
    const receiver = await it.receive();
    receiver.answerWith((request) => (nameOf(request) === 'A1' ? 500 : 200));
    const hook = await it.addHook(receiver.url, { ordered: true, maxInFlight: 1 });
    const [a1, a2, a3] = await it.owe(hook, ['A1', 'A2', 'A3', 'B1', 'B2'].map(of));
    await it.drainAll(hook);
    expect(receiver.requests.map(nameOf).sort()).toEqual(['A1', 'B1', 'B2']);
    const { dueAt } = await it.delivery(a1?._id ?? '');
    for (const held of [a2, a3]) {
      const stored = await it.delivery(held?._id ?? '');
      expect(stored).toMatchObject({ state: 'pending', attemptCount: 0, dueAt });
    }
    // One that becomes due later waits with them.
    const [a4] = await it.owe(hook, [of('A4')]);
    await it.drainAll(hook);
    expect(await it.delivery(a4?._id ?? '')).toMatchObject({ attemptCount: 0, dueAt });

    receiver.answerWith(200);
    it.clock.advance(6_000);
    await it.drain(hook);
    expect(receiver.requests.slice(3).map(nameOf)).toEqual(['A1', 'A2', 'A3', 'A4']);
  });

  it('hears the next one once the one before is a dead letter', async () => {
    const it = world();
    const receiver = await it.receive();
    receiver.answerWith((request) => (nameOf(request) === 'A1' ? 500 : 200));
    const hook = await it.addHook(receiver.url, { ordered: true });
    const [a1] = await it.owe(hook, ['A1', 'A2'].map(of));
    for (let tried = 0; tried < 10; tried += 1) {
      await it.drainAll(hook);
      const { dueAt } = await it.delivery(a1?._id ?? '');
      if (dueAt) it.clock.advance(dueAt.getTime() - it.clock.now());
    }
    expect(await it.delivery(a1?._id ?? '')).toMatchObject({ state: 'dead', attemptCount: 10 });
    // Ten failures in a row opened the breaker for a moment.
    it.clock.advance(30_000);
    await it.drainAll(hook);
    expect(receiver.requests.map(nameOf)).toEqual([...Array.from({ length: 10 }, () => 'A1'), 'A2']);
  });

  it('waits for an earlier event whose fan-out is still owed, and no longer than that', async () => {
    const it = world();
    const receiver = await it.receive();
    const hook = await it.addHook(receiver.url, { ordered: true });
    const fanOut = await publish(it, hook, ['A1', 'A2']);
    await fanOut('A2');
    const { events } = it.database.repositories;
    const owesHooksBelow: typeof events.owesHooksBelow = async (...by) => {
      const owes = await events.owesHooksBelow(...by);
      if (owes) await fanOut('A1');
      return owes;
    };
    // The clock stands still: were A2 put off by any time, it would not come.
    await it.drainAll(hook, { events: { ...events, owesHooksBelow } });
    expect(receiver.requests.map(nameOf)).toEqual(['A1', 'A2']);
  });

  it('waits for it from one look to the next while the fan-out does not come', async () => {
    const it = world();
    const receiver = await it.receive();
    const hook = await it.addHook(receiver.url, { ordered: true });
    const fanOut = await publish(it, hook, ['A1', 'A2']);
    await fanOut('A2');
    await it.drainAll(hook);
    await it.drainAll(hook);
    expect(receiver.requests).toHaveLength(0);
    await fanOut('A1');
    it.clock.advance(1_000);
    await it.drainAll(hook);
    expect(receiver.requests.map(nameOf)).toEqual(['A1', 'A2']);
  });

  it('skips what it does not hear: a gap in the sequence is none of a wait', async () => {
    const it = world();
    const receiver = await it.receive();
    const hook = await it.addHook(receiver.url, { ordered: true });
    await it.database.repositories.events.insertResults(['A1', 'A3'].map((name) => newEvent(of(name))));
    await it.owe(hook, ['A2', 'A4', 'A7'].map(of));
    await it.drain(hook);
    expect(receiver.requests.map(nameOf)).toEqual(['A2', 'A4', 'A7']);
  });

  it('does not wait for what waits to be pulled', async () => {
    const it = world();
    const receiver = await it.receive();
    const hook = await it.addHook(receiver.url, { ordered: true });
    const pulled = newEvent(of('A1'));
    await it.database.repositories.events.insertResults([pulled]);
    const { dueAt: _, ...notDue } = newDelivery(pulled, hook);
    await it.database.repositories.deliveries.insertMissing([notDue]);
    await it.owe(hook, [of('A2')]);
    await it.drain(hook);
    expect(receiver.requests.map(nameOf)).toEqual(['A2']);
  });

  it('hears other traces while one hangs, those that come later too', async () => {
    const it = world();
    const receiver = await it.receive();
    const answer = Promise.withResolvers<number>();
    receiver.answerWith((request) => (nameOf(request) === 'A1' ? answer.promise : 200));
    const hook = await it.addHook(receiver.url, { ordered: true, maxInFlight: 2 });
    await it.owe(hook, ['A1', 'A2', 'B1'].map(of));
    const draining = it.drain(hook);
    await receiver.waitForCount(2, patience);
    await it.owe(hook, ['A3', 'B2', 'C1'].map(of));
    await receiver.waitForCount(4, patience);
    expect(receiver.requests.map(nameOf).sort()).toEqual(['A1', 'B1', 'B2', 'C1']);
    answer.resolve(200);
    await draining;
    await it.drainAll(hook);
    expect(receiver.requests.slice(4).map(nameOf)).toEqual(['A2', 'A3']);
  });

  it('hears every trace in rising order and whole, whatever fails and however fan-outs race', async () => {
    const it = world();
    await fc.assert(
      fc.asyncProperty(
        fc.shuffledSubarray(names, { minLength: names.length }),
        // A day each at most: five days of nothing but failures would end the hook.
        fc.uniqueArray(fc.nat({ max: 29 }), { maxLength: 4 }),
        fc.integer({ min: 1, max: 4 }),
        async (fanOuts, failures, maxInFlight) => {
          const { sent, delivered } = await play(it, { fanOuts, failures, maxInFlight });
          for (const trace of ['A', 'B', 'C']) {
            const isIts = (name: string) => name.startsWith(trace);
            expect(sent.filter(isIts)).toEqual(sent.filter(isIts).toSorted());
            expect(delivered.filter(isIts)).toEqual(names.filter(isIts));
          }
        },
      ),
      { numRuns: 6, endOnFailure: true },
    );
  });
});

const names = ['A1', 'A2', 'A3', 'A4', 'B1', 'B2', 'B3', 'C1', 'C2'];

/** Fans the events out in that order beside drains, those requests failing, until nothing is pending. */
async function play(
  it: World,
  by: { fanOuts: string[]; failures: number[]; maxInFlight: number },
): Promise<{ sent: string[]; delivered: string[] }> {
  const receiver = await it.receive();
  receiver.answerWith((_, index) => (by.failures.includes(index) ? 500 : 200));
  const hook = await it.addHook(receiver.url, { ordered: true, maxInFlight: by.maxInFlight });
  const fanOut = await publish(it, hook, names);
  for (const name of by.fanOuts) await Promise.all([fanOut(name), it.drain(hook)]);
  const { deliveries } = it.database.repositories;
  do {
    it.clock.advance(day);
    await it.drainAll(hook);
  } while ((await deliveries.counts(hook._id)).pending > 0);
  const sent = receiver.requests.map(nameOf);
  return { sent, delivered: sent.filter((_, index) => !by.failures.includes(index)) };
}
