import type { DeliveryDoc, WebhookDoc, WebhookReplay } from '@envase/db';
import { AppError, newUuid } from '@envase/runtime';
import { describe, expect, it } from 'vitest';
import { newDelivery, newEvent } from './documents.ts';
import { useWorld, type World } from './world.ts';

const world = useWorld();
const tenant = { clientId: 'client-1', grants: [{ orgId: 'org-1', svcId: '*' }] };
const some = (count: number) => Array.from({ length: count }, () => ({}));

/** Begins what `POST /api/webhooks/{id}/replay` does. */
async function begin(it: World, hook: WebhookDoc, changes: Partial<WebhookReplay> = {}): Promise<string> {
  const now = new Date(it.clock.now());
  const until = new Date(it.clock.now() + 60_000);
  const replay = { id: newUuid(), since: new Date(0), until, failedOnly: false, after: null, dueAt: now };
  expect(
    await it.database.repositories.webhooks.beginReplay(tenant, hook._id, { ...replay, ...changes }),
  ).toBe(true);
  return replay.id;
}

async function addDead({ database }: World, hook: WebhookDoc, count: number): Promise<DeliveryDoc[]> {
  const { events, deliveries } = database.repositories;
  const owed = Array.from({ length: count }, () => newEvent());
  await events.insertResults(owed);
  const dead = owed.map((event) => {
    const { dueAt: _, ...delivery } = newDelivery(event, hook, { state: 'dead', attemptCount: 10 });
    return delivery;
  });
  await deliveries.insertMissing(dead);
  return dead;
}

const replayOf = async (it: World, hook: WebhookDoc) => (await it.hook(hook._id)).replay;

/** As the pump would: a drain for each page, until it is over. */
async function finish(it: World, hook: WebhookDoc): Promise<void> {
  while (await replayOf(it, hook)) {
    it.clock.advance(1_000);
    await it.drainAll(hook);
  }
}

describe('a replay', () => {
  it('sends all that ended again under its id, and ends', async () => {
    const it = world();
    const receiver = await it.receive();
    const hook = await it.addHook(receiver.url);
    const due = await it.owe(hook, some(4));
    await it.drainAll(hook);
    await begin(it, hook);
    await finish(it, hook);
    const ids = receiver.requests.map(({ headers }) => headers['webhook-id']);
    const eventIds = due.map(({ eventId }) => eventId);
    expect(ids.toSorted()).toEqual([...eventIds, ...eventIds].toSorted());
    for (const { _id } of due) {
      expect(await it.delivery(_id)).toMatchObject({ state: 'delivered', attemptCount: 1, round: 1 });
    }
  });

  it('keeps to dead letters where it is asked to', async () => {
    const it = world();
    const receiver = await it.receive();
    const hook = await it.addHook(receiver.url);
    const [good] = await it.owe(hook, [{}]);
    const [dead] = await addDead(it, hook, 1);
    await it.drainAll(hook);
    const before = receiver.requests.length;
    await begin(it, hook, { failedOnly: true });
    await finish(it, hook);
    expect(receiver.requests.slice(before).map(({ headers }) => headers['webhook-id'])).toEqual([
      dead?.eventId,
    ]);
    expect((await it.delivery(good?._id ?? '')).round).toBeUndefined();
  });

  it('goes page by page, each once nothing else is due: what happens meanwhile waits for one at most', async () => {
    const it = world();
    const receiver = await it.receive();
    const hook = await it.addHook(receiver.url, { maxInFlight: 50 });
    await addDead(it, hook, 250);
    const { deliveries } = it.database.repositories;
    await begin(it, hook, { failedOnly: true });
    await it.drain(hook);
    // One page is due, and the lane queued itself for it.
    expect(await deliveries.counts(hook._id)).toEqual({ pending: 100, dead: 150 });
    expect(it.queued).toEqual([hook._id]);
    const [live] = await it.owe(hook, [{}]);
    await it.drainAll(hook);
    expect(await it.delivery(live?._id ?? '')).toMatchObject({ state: 'delivered' });
    expect(receiver.requests).toHaveLength(101);
    expect(await deliveries.counts(hook._id)).toEqual({ pending: 0, dead: 150 });
    await finish(it, hook);
    expect(receiver.requests).toHaveLength(251);
    expect(await deliveries.counts(hook._id)).toEqual({ pending: 0, dead: 0 });
  });

  it('waits while the hook may not be sent to, without anything being reopened', async () => {
    const it = world();
    const receiver = await it.receive();
    const hook = await it.addHook(receiver.url, { health: { status: 'disabled', reason: 'Gone' } });
    const due = await addDead(it, hook, 1);
    const { webhooks } = it.database.repositories;
    await begin(it, hook);
    await it.drainAll(hook);
    expect(await it.delivery(due[0]?._id ?? '')).toMatchObject({ state: 'dead' });
    expect((await replayOf(it, hook))?.dueAt.getTime()).toBe(it.clock.now() + 30_000);
    await webhooks.recordHealth(hook._id, { status: 'enabled', reason: null });
    it.clock.advance(30_000);
    await finish(it, hook);
    expect(receiver.requests).toHaveLength(1);
  });

  it('whose worker dies between a page and its note sends nothing a third time', async () => {
    const it = world();
    const receiver = await it.receive();
    const hook = await it.addHook(receiver.url);
    await addDead(it, hook, 3);
    await begin(it, hook);
    const { webhooks } = it.database.repositories;
    const moveReplay = () =>
      Promise.reject(new AppError('unavailable', 'The database did not answer in time'));
    await expect(it.drain(hook, { webhooks: { ...webhooks, moveReplay } })).rejects.toThrow(AppError);
    const owing = await webhooks.findOwing(new Date(it.clock.now()), 10);
    expect(owing).toContainEqual({ webhookId: hook._id });
    await it.drainAll(hook);
    await finish(it, hook);
    expect(receiver.requests).toHaveLength(3);
  });
});
