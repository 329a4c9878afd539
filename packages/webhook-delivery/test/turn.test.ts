import { type Script, waitFor } from '@envase/testing';
import { describe, expect, it } from 'vitest';
import { createDrainHook } from '../src/drain/drain-hook.processor.ts';
import { createFailingShare } from '../src/drain/failing-share.ts';
import { patience, useWorld } from './world.ts';

const world = useWorld();
const some = (count: number) => Array.from({ length: count }, () => ({}));

describe('a turn', () => {
  it.each([1, 4])('sends at most %i at once where the hook says so', async (maxInFlight) => {
    const { receive, addHook, owe, drainAll } = world();
    const receiver = await receive();
    let open = 0;
    let most = 0;
    receiver.answerWith(async () => {
      open += 1;
      most = Math.max(most, open);
      await new Promise(setImmediate);
      open -= 1;
      return { status: 200, delayMs: 5 };
    });
    const hook = await addHook(receiver.url, { maxInFlight });
    await owe(hook, some(20));
    await drainAll(hook);
    expect(new Set(receiver.requests.map(({ headers }) => headers['webhook-id'])).size).toBe(20);
    expect(receiver.requests).toHaveLength(20);
    expect(most).toBeLessThanOrEqual(maxInFlight);
  });

  it('sends a backlog of several batches once each, in few writes and reads', async () => {
    const it = world();
    const receiver = await it.receive();
    receiver.answerWith(inWaves(20, 250));
    const hook = await it.addHook(receiver.url, { maxInFlight: 20 });
    await it.owe(hook, some(250));
    const asked = { reads: 0, writes: 0 };
    const { deliveries, webhooks, events } = it.database.repositories;
    const counting = {
      webhooks: { ...webhooks, get: (id: string) => counted(asked, 'reads', webhooks.get(id)) },
      events: {
        ...events,
        getMany: (ids: readonly string[]) => counted(asked, 'reads', events.getMany(ids)),
      },
      deliveries: {
        ...deliveries,
        findDue: (...by: Parameters<typeof deliveries.findDue>) =>
          counted(asked, 'reads', deliveries.findDue(...by)),
        record: (...by: Parameters<typeof deliveries.record>) =>
          counted(asked, 'writes', deliveries.record(...by)),
      },
    };
    await it.drainAll(hook, counting);
    expect(receiver.requests).toHaveLength(250);
    expect(await deliveries.counts(hook._id)).toEqual({ pending: 0, dead: 0 });
    expect(asked.writes / 250).toBeLessThan(0.15);
    expect(asked.reads / 250).toBeLessThan(0.15);
  });

  it('holds only so much of large events at once, and sends them all', async () => {
    const { receive, addHook, owe, drainAll } = world();
    const receiver = await receive();
    const hook = await addHook(receiver.url, { maxInFlight: 2 });
    const large = { payload: JSON.stringify({ text: 'x'.repeat(1_500_000) }) };
    const due = await owe(hook, [large, large, large, large, large]);
    await drainAll(hook);
    const ids = receiver.requests.map(({ headers }) => headers['webhook-id']);
    expect(ids.toSorted()).toEqual(due.map(({ eventId }) => eventId).toSorted());
  });

  it('gives its place to other hooks when its time is over and queues itself again', async () => {
    const { receive, addHook, owe, drain, queued, drainAll, database } = world();
    const receiver = await receive();
    const turnMs = 300;
    receiver.answerWith((_, index) => (index === 5 ? { delayMs: turnMs + 10 } : 200));
    const hook = await addHook(receiver.url, { maxInFlight: 1 });
    await owe(hook, some(30));
    await drain(hook, { turnMs });
    expect(queued).toEqual([hook._id]);
    // The sixth outlasts any turn; a busy machine may not come as far.
    expect(receiver.requests.length).toBeGreaterThanOrEqual(1);
    expect(receiver.requests.length).toBeLessThanOrEqual(6);
    receiver.answerWith(200);
    await drainAll(hook);
    expect(receiver.requests).toHaveLength(30);
    expect(await database.repositories.deliveries.counts(hook._id)).toEqual({ pending: 0, dead: 0 });
  });

  it('goes on with others, those that come later too, while one hangs', async () => {
    const { receive, addHook, owe, drain, clock, delivery } = world();
    const receiver = await receive();
    const answer = Promise.withResolvers<number>();
    receiver.answerWith((_, index) => (index === 0 ? answer.promise : 200));
    const hook = await addHook(receiver.url, { maxInFlight: 2 });
    const [hanging] = await owe(hook, some(1));
    const draining = drain(hook);
    await receiver.waitForCount(1, patience);
    const later = await owe(hook, some(5));
    await receiver.waitForCount(6, patience);
    const all = () => Promise.all(later.map(({ _id }) => delivery(_id)));
    await waitFor(async () => (await all()).every(({ state }) => state === 'delivered'), {
      what: 'the later ones delivered',
      ...patience,
    });
    expect((await delivery(hanging?._id ?? '')).state).toBe('pending');
    answer.resolve(200);
    await draining;
    expect(receiver.requests).toHaveLength(6);
    expect(await delivery(hanging?._id ?? '')).toMatchObject({
      state: 'delivered',
      deliveredAt: new Date(clock.now()),
    });
  });

  it.each(['program', 'worker'])('begins nothing new once its %s stops', async (what) => {
    const { receive, addHook, owe, deps, queued, database } = world();
    const receiver = await receive();
    const hook = await addHook(receiver.url, { maxInFlight: 1 });
    await owe(hook, some(5));
    const stop = new AbortController();
    receiver.answerWith(() => {
      stop.abort(new Error(`The ${what} stops`));
      return 200;
    });
    const { signal } = what === 'worker' ? stop : new AbortController();
    const isStopping = () => what === 'program' && stop.signal.aborted;
    await createDrainHook(deps({ isStopping }))({ webhookId: hook._id }, { signal });
    expect(receiver.requests).toHaveLength(1);
    expect(queued).toEqual([hook._id]);
    expect(await database.repositories.deliveries.counts(hook._id)).toEqual({ pending: 4, dead: 0 });
  });

  it('of a hook that failed last waits where such hooks have no place left', async () => {
    const it = world();
    const receiver = await it.receive();
    const failing = await it.addHook(receiver.url, { health: { status: 'failing', consecutiveFailures: 1 } });
    const healthy = await it.addHook(receiver.url);
    const [held] = await it.owe(failing, some(1));
    await it.owe(healthy, some(1));
    const share = createFailingShare(1);
    share.take();
    await it.drain(failing, { failing: share });
    await it.drain(healthy, { failing: share });
    expect(receiver.requests).toHaveLength(1);
    const { attemptCount, dueAt } = await it.delivery(held?._id ?? '');
    expect(attemptCount).toBe(0);
    expect(dueAt?.getTime()).toBe(it.clock.now() + 3_000);
    share.leave();
    it.clock.advance(3_000);
    await it.drain(failing, { failing: share });
    expect(await it.delivery(held?._id ?? '')).toMatchObject({ state: 'delivered' });
    expect(share.take()).toBe(true);
  });
});

it('sends what it has loaded, however long that took', async () => {
  const { receive, addHook, owe, drain, database } = world();
  const receiver = await receive();
  const hook = await addHook(receiver.url);
  await owe(hook, some(1));
  const { events } = database.repositories;
  const turnMs = 200;
  const getMany: typeof events.getMany = async (ids) => {
    const askedAt = performance.now();
    await waitFor(() => performance.now() > askedAt + turnMs, {
      what: 'the end of a turn that began before',
    });
    return events.getMany(ids);
  };
  await drain(hook, { events: { ...events, getMany }, turnMs });
  expect(receiver.requests).toHaveLength(1);
});

/** Answers when as many wait as may, or all that are left: what is recorded then does not depend on the machine. */
function inWaves(size: number, total: number): Script {
  let wave = Promise.withResolvers<number>();
  return (_, index) => {
    const { promise, resolve } = wave;
    if ((index + 1) % size === 0 || index + 1 === total) {
      wave = Promise.withResolvers();
      resolve(200);
    }
    return promise;
  };
}

async function counted<T>(
  asked: { reads: number; writes: number },
  what: 'reads' | 'writes',
  answer: Promise<T>,
): Promise<T> {
  asked[what] += 1;
  return answer;
}
