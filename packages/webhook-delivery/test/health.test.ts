import { describe, expect, it } from 'vitest';
import { createQuarantine } from '../src/health/quarantine.ts';
import { newClient } from './documents.ts';
import { useWorld } from './world.ts';

const world = useWorld();
const hour = 60 * 60_000;
const some = (count: number) => Array.from({ length: count }, () => ({}));

describe('the health of a hook', () => {
  it('is failing from the first failure to the next success', async () => {
    const { receive, addHook, owe, drain, hook: hookNow, clock } = world();
    const receiver = await receive();
    receiver.answerWith(500);
    const hook = await addHook(receiver.url);
    await owe(hook, [{}]);
    await drain(hook);
    const failedAt = new Date(clock.now());
    expect((await hookNow(hook._id)).health).toMatchObject({ status: 'failing', lastFailureAt: failedAt });
    receiver.answerWith(200);
    clock.advance(6_000);
    await drain(hook);
    expect((await hookNow(hook._id)).health).toMatchObject({
      status: 'enabled',
      reason: null,
      failingSince: null,
      lastFailureAt: failedAt,
      lastSuccessAt: new Date(clock.now()),
    });
  });

  it('ends with 410 Gone: disabled, and nothing is dropped', async () => {
    const { receive, addHook, owe, drain, drainAll, hook: hookNow, delivery, clock } = world();
    const receiver = await receive();
    receiver.answerWith(410);
    const hook = await addHook(receiver.url, { maxInFlight: 1 });
    const due = await owe(hook, some(3));
    await drainAll(hook);
    expect(receiver.requests).toHaveLength(1);
    expect((await hookNow(hook._id)).health).toMatchObject({
      status: 'disabled',
      reason: 'The receiver answered 410 Gone',
    });
    clock.advance(48 * hour);
    await drain(hook);
    expect(receiver.requests).toHaveLength(1);
    const states = await Promise.all(due.map(async ({ _id }) => delivery(_id)));
    expect(states.map(({ state, attemptCount }) => `${state} ${attemptCount}`).sort()).toEqual([
      'pending 0',
      'pending 0',
      'retrying 1',
    ]);
    expect(states.every(({ dueAt }) => dueAt && dueAt.getTime() > clock.now())).toBe(true);
  });

  it('ends after 5 days of nothing but failures', async () => {
    const { receive, addHook, owe, drain, hook: hookNow, clock } = world();
    const receiver = await receive();
    receiver.answerWith(500);
    const hook = await addHook(receiver.url);
    for (let day = 0; day <= 5; day += 1) {
      expect((await hookNow(hook._id)).health.status).not.toBe('disabled');
      await owe(hook, [{}]);
      await drain(hook);
      clock.advance(24 * hour);
    }
    expect((await hookNow(hook._id)).health).toMatchObject({
      status: 'disabled',
      reason: 'Every attempt failed for 5 days',
    });
  });

  it('keeps one success a write at most every 10 s', async () => {
    const { receive, addHook, owe, drain, hook: hookNow, clock } = world();
    const receiver = await receive();
    const hook = await addHook(receiver.url);
    await owe(hook, [{}]);
    await drain(hook);
    const { lastSuccessAt } = (await hookNow(hook._id)).health;
    clock.advance(9_000);
    await owe(hook, [{}]);
    await drain(hook);
    expect((await hookNow(hook._id)).health.lastSuccessAt).toEqual(lastSuccessAt);
    clock.advance(1_000);
    await owe(hook, [{}]);
    await drain(hook);
    expect((await hookNow(hook._id)).health.lastSuccessAt).toEqual(new Date(clock.now()));
  });

  it('rests when its turns ended the worker, without losing anything', async () => {
    const { receive, addHook, owe, drain, database, delivery, clock } = world();
    const receiver = await receive();
    const hook = await addHook(receiver.url);
    const [due] = await owe(hook, [{}]);
    const quarantine = createQuarantine({ webhooks: database.repositories.webhooks, clock });
    await quarantine({ data: { webhookId: hook._id } });
    await drain(hook);
    expect(receiver.requests).toHaveLength(0);
    clock.advance(6 * 60_000);
    await drain(hook);
    expect(await delivery(due?._id ?? '')).toMatchObject({ state: 'delivered', attemptCount: 1 });
  });
});

describe('the breaker', () => {
  it('opens after ten failures in a row, then uses no attempt but its probes', async () => {
    const { receive, addHook, owe, drainAll, delivery, hook: hookNow, clock } = world();
    const receiver = await receive();
    receiver.answerWith(500);
    const hook = await addHook(receiver.url, { maxInFlight: 5 });
    const due = await owe(hook, some(30));
    await drainAll(hook);
    const failed = receiver.requests.length;
    expect(failed).toBeGreaterThanOrEqual(10);
    expect(failed).toBeLessThan(15);
    const openUntil = async () => (await hookNow(hook._id)).health.breakerUntil?.getTime();
    expect(await openUntil()).toBe(clock.now() + 30_000);
    const attempts = async () => {
      const stored = await Promise.all(due.map(({ _id }) => delivery(_id)));
      return stored.reduce((sum, { attemptCount }) => sum + attemptCount, 0);
    };
    expect(await attempts()).toBe(failed);

    clock.advance(29_000);
    await drainAll(hook);
    expect(receiver.requests).toHaveLength(failed);
    clock.advance(1_000);
    await drainAll(hook);
    expect(receiver.requests).toHaveLength(failed + 1);
    expect(await openUntil()).toBe(clock.now() + 60_000);

    receiver.answerWith(200);
    clock.advance(60_000);
    await drainAll(hook);
    clock.advance(10 * 60_000);
    await drainAll(hook);
    const stored = await Promise.all(due.map(({ _id }) => delivery(_id)));
    expect(stored.every(({ state }) => state === 'delivered')).toBe(true);
    expect((await hookNow(hook._id)).health).toMatchObject({ status: 'enabled', breakerUntil: null });
  });
});

describe('what may not be sent now', () => {
  it('waits while the client is inactive or loses the grant, and goes when it is back', async () => {
    const it = world();
    const receiver = await it.receive();
    const hook = await it.addHook(receiver.url);
    const [due] = await it.owe(hook, [{}]);
    const clients = [
      newClient({ status: 'disabled' }),
      undefined,
      newClient({ grants: [{ orgId: 'org-2', svcId: '*' }] }),
      newClient({ grants: [{ orgId: 'org-1', svcId: 'svc-2' }] }),
    ];
    for (const client of clients) {
      it.client = client;
      await it.drain(hook);
      const { state, attemptCount, dueAt } = await it.delivery(due?._id ?? '');
      expect({ state, attemptCount }).toEqual({ state: 'pending', attemptCount: 0 });
      expect(dueAt?.getTime()).toBeGreaterThanOrEqual(it.clock.now() + 5_000);
      expect(dueAt?.getTime()).toBeLessThanOrEqual(it.clock.now() + hour / 4);
      it.clock.advance(hour / 4);
    }
    expect(receiver.requests).toHaveLength(0);
    it.client = newClient();
    await it.drain(hook);
    expect(await it.delivery(due?._id ?? '')).toMatchObject({ state: 'delivered', attemptCount: 1 });
  });

  it('waits while its hook pulls', async () => {
    const { receive, addHook, owe, drain, delivery } = world();
    const receiver = await receive();
    const hook = await addHook(receiver.url, { delivery: 'pull' });
    const [due] = await owe(hook, [{}]);
    await drain(hook);
    expect(receiver.requests).toHaveLength(0);
    expect(await delivery(due?._id ?? '')).toMatchObject({ state: 'pending', attemptCount: 0 });
  });

  it('is cancelled when its hook or its client is deleted', async () => {
    const it = world();
    const receiver = await it.receive();
    const tenant = { clientId: 'client-1', grants: newClient().grants };
    const removed = await it.addHook(receiver.url);
    const orphan = await it.addHook(receiver.url);
    const [first] = await it.owe(removed, [{}]);
    const [second] = await it.owe(orphan, [{}]);
    await it.database.repositories.webhooks.remove(tenant, removed._id);
    await it.drain(removed);
    it.client = newClient({ status: 'deleted', grants: [] });
    await it.drain(orphan);
    expect(receiver.requests).toHaveLength(0);
    for (const due of [first, second]) {
      expect(await it.delivery(due?._id ?? '')).toMatchObject({ state: 'cancelled', attemptCount: 0 });
    }
  });

  it('is looked at again within seconds at first', async () => {
    const it = world();
    const receiver = await it.receive();
    const hook = await it.addHook(receiver.url);
    const [due] = await it.owe(hook, [{}]);
    it.client = newClient({ status: 'disabled' });
    await it.drain(hook);
    it.client = newClient();
    it.clock.advance(5_000);
    await it.drain(hook);
    expect(await it.delivery(due?._id ?? '')).toMatchObject({ state: 'delivered' });
  });

  it('is judged by clients and grants as they are, never by a copy that is too old', async () => {
    const it = world();
    const receiver = await it.receive();
    const hook = await it.addHook(receiver.url);
    await it.owe(hook, [{}]);
    const directory = {
      find: () => it.client,
      isFresh: () => false,
      refresh: async () => {
        it.client = newClient({ status: 'disabled' });
      },
    };
    await it.drain(hook, { directory });
    expect(receiver.requests).toHaveLength(0);
  });
});
