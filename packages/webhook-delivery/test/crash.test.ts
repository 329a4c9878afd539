import type { DeliveryRepository } from '@envase/db';
import { AppError, clearFailpoints, FailpointError, setFailpoint } from '@envase/runtime';
import type { Receiver } from '@envase/testing';
import { describe, expect, it } from 'vitest';
import { useWorld } from './world.ts';

const world = useWorld();
const some = (count: number) => Array.from({ length: count }, () => ({}));
const idsAt = (receiver: Receiver) => receiver.requests.map(({ headers }) => String(headers['webhook-id']));

/** Deliveries whose results are not written before `letGo`; `all`: so many have come. */
function holdResults(deliveries: DeliveryRepository, count: number) {
  const all = Promise.withResolvers<void>();
  const late = Promise.withResolvers<void>();
  let held = 0;
  const record: typeof deliveries.record = async (results) => {
    held += results.length;
    if (held >= count) all.resolve();
    await late.promise;
    return deliveries.record(results);
  };
  return { deliveries: { ...deliveries, record }, all: all.promise, letGo: () => late.resolve() };
}

describe('a worker that dies', () => {
  it('before the request (C9) leaves the delivery to the next one, which sends it once', async () => {
    const { receive, addHook, owe, drain, delivery } = world();
    const receiver = await receive();
    const hook = await addHook(receiver.url);
    const [due] = await owe(hook, [{}]);
    setFailpoint('C9', 'throw');
    await expect(drain(hook)).rejects.toThrow(FailpointError);
    expect(await delivery(due?._id ?? '')).toMatchObject({ state: 'pending', attemptCount: 0 });
    clearFailpoints();
    await drain(hook);
    expect(idsAt(receiver)).toEqual([due?.eventId]);
    expect(await delivery(due?._id ?? '')).toMatchObject({ state: 'delivered', attemptCount: 1 });
  });

  it('after the request (C10) costs a repeat with the same id for at most what was in flight', async () => {
    const { receive, addHook, owe, drain, drainAll, delivery } = world();
    const receiver = await receive();
    const hook = await addHook(receiver.url, { maxInFlight: 4 });
    const due = await owe(hook, some(30));
    setFailpoint('C10', 'throw', { after: 3 });
    await expect(drain(hook)).rejects.toThrow(FailpointError);
    clearFailpoints();
    await drainAll(hook);
    const ids = idsAt(receiver);
    expect(new Set(ids)).toEqual(new Set(due.map(({ eventId }) => eventId)));
    expect(ids.length).toBeGreaterThan(30);
    expect(ids.length).toBeLessThanOrEqual(34);
    for (const { _id } of due) {
      expect(await delivery(_id)).toMatchObject({ state: 'delivered', attemptCount: 1 });
    }
  });

  it('and comes back late changes nothing: what another recorded stands', async () => {
    const { receive, addHook, owe, drain, delivery, lines, database } = world();
    const receiver = await receive();
    const hook = await addHook(receiver.url);
    const due = await owe(hook, some(3));
    const held = holdResults(database.repositories.deliveries, 3);
    const stuck = drain(hook, held);
    await held.all;
    await drain(hook);
    const stored = await Promise.all(due.map(({ _id }) => delivery(_id)));
    held.letGo();
    await stuck;
    expect(await Promise.all(due.map(({ _id }) => delivery(_id)))).toEqual(stored);
    expect(stored.every(({ state, attemptCount }) => state === 'delivered' && attemptCount === 1)).toBe(true);
    expect(idsAt(receiver)).toHaveLength(6);
    expect(lines.join('')).toContain('Results were recorded before');
  });
});

describe('a delivery that is sent anew', () => {
  it('goes again with the same id, and a late result of the round before is not taken for its own', async () => {
    const { receive, addHook, owe, drain, delivery, database, clock } = world();
    const receiver = await receive();
    const hook = await addHook(receiver.url);
    const [due] = await owe(hook, [{}]);
    const { deliveries } = database.repositories;
    const held = holdResults(deliveries, 1);
    const stuck = drain(hook, held);
    await held.all;
    await drain(hook);
    const tenant = { clientId: 'client-1', grants: [{ orgId: 'org-1', svcId: '*' }] };
    await deliveries.resend(tenant, due?._id ?? '', new Date(clock.now()));
    held.letGo();
    await stuck;
    expect(await delivery(due?._id ?? '')).toMatchObject({ state: 'pending', attemptCount: 0, round: 1 });
    await drain(hook);
    expect(await delivery(due?._id ?? '')).toMatchObject({ state: 'delivered', attemptCount: 1, round: 1 });
    expect(idsAt(receiver)).toEqual([due?.eventId, due?.eventId, due?.eventId]);
  });
});

describe('two workers with one hook', () => {
  it('record each delivery once and repeat at most what was in flight', async () => {
    const { receive, addHook, owe, drain, drainAll, delivery } = world();
    const receiver = await receive();
    const hook = await addHook(receiver.url, { maxInFlight: 3 });
    const due = await owe(hook, some(20));
    await Promise.all([drain(hook), drain(hook)]);
    await drainAll(hook);
    const ids = idsAt(receiver);
    expect(new Set(ids)).toEqual(new Set(due.map(({ eventId }) => eventId)));
    expect(ids.length).toBeLessThanOrEqual(20 + 2 * 3);
    for (const { _id } of due) {
      expect(await delivery(_id)).toMatchObject({ state: 'delivered', attemptCount: 1 });
    }
  });
});

describe('a database that is away', () => {
  it('for a moment after the request costs no repeat', async () => {
    const { receive, addHook, owe, drain, delivery, database } = world();
    const receiver = await receive();
    const hook = await addHook(receiver.url);
    const [due] = await owe(hook, [{}]);
    const { deliveries } = database.repositories;
    let isAway = true;
    const record: typeof deliveries.record = (results) => {
      if (!isAway) return deliveries.record(results);
      isAway = false;
      return Promise.reject(new AppError('unavailable', 'The database did not answer in time'));
    };
    await drain(hook, { deliveries: { ...deliveries, record } });
    expect(idsAt(receiver)).toHaveLength(1);
    expect(await delivery(due?._id ?? '')).toMatchObject({ state: 'delivered', attemptCount: 1 });
  });

  it('for longer fails the turn, whose deliveries are still due', async () => {
    const { receive, addHook, owe, drain, delivery, database } = world();
    const receiver = await receive();
    const hook = await addHook(receiver.url);
    const [due] = await owe(hook, [{}]);
    const { deliveries } = database.repositories;
    const record = () => Promise.reject(new AppError('unavailable', 'The database did not answer in time'));
    await expect(drain(hook, { deliveries: { ...deliveries, record } })).rejects.toThrow(AppError);
    expect(await delivery(due?._id ?? '')).toMatchObject({ state: 'pending', attemptCount: 0 });
    await drain(hook);
    expect(await delivery(due?._id ?? '')).toMatchObject({ state: 'delivered', attemptCount: 1 });
  });
});
