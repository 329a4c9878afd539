import type { EventDoc } from '@envase/db';
import { AppError, clearFailpoints, FailpointError, setFailpoint } from '@envase/runtime';
import { describe, expect, it } from 'vitest';
import { useWorld, type World } from './world.ts';

const world = useWorld();

async function noticesOf({ database }: World, webhookId: string): Promise<EventDoc[]> {
  const events = database.connection.collection<EventDoc>('events');
  return events.find({ 'about.webhookId': webhookId }).toArray();
}

/** A hook whose receiver is gone, with something due. */
async function addGone(it: World, wishes: Parameters<World['addHook']>[1] = {}) {
  const receiver = await it.receive();
  receiver.answerWith(410);
  const hook = await it.addHook(receiver.url, wishes);
  await it.owe(hook, [{}]);
  return hook;
}

describe('a hook that is disabled', () => {
  it('is told as an event that owes its fan-out, to its owner alone', async () => {
    const it = world();
    const hook = await addGone(it, { orgId: 'org-1', svcId: 'svc-1' });
    await it.drain(hook);
    const [notice, ...more] = await noticesOf(it, hook._id);
    const at = new Date(it.clock.now());
    expect(notice).toMatchObject({
      orgId: 'org-1',
      svcId: 'svc-1',
      type: 'WEBHOOK',
      action: 'DISABLED',
      isTest: false,
      payload: {
        webhookId: hook._id,
        reason: 'The receiver answered 410 Gone',
        disabledAt: at.toISOString(),
      },
      createdAt: at,
      todo: ['hooks'],
      dueAt: expect.any(Date),
      about: { clientId: 'client-1', webhookId: hook._id },
    });
    expect(more).toEqual([]);
    expect(it.fannedOut).toEqual([notice?._id]);
    const { health } = await it.hook(hook._id);
    expect(health).toMatchObject({ status: 'disabled', reason: 'The receiver answered 410 Gone' });
    expect(health).not.toHaveProperty('notice');
    await it.drain(hook);
    expect(await noticesOf(it, hook._id)).toHaveLength(1);
  });

  it('by five days of failures is told too', async () => {
    const it = world();
    const receiver = await it.receive();
    receiver.answerWith(500);
    const failingSince = new Date(it.clock.now() - 5 * 24 * 60 * 60_000);
    const hook = await it.addHook(receiver.url, { health: { status: 'failing', failingSince } });
    await it.owe(hook, [{}]);
    await it.drain(hook);
    expect(await noticesOf(it, hook._id)).toMatchObject([
      { payload: { reason: 'Every attempt failed for 5 days' } },
    ]);
  });

  it('for all of an organization names what its client may hear, or tells nobody', async () => {
    const it = world();
    const hook = await addGone(it);
    await it.drain(hook);
    expect(await noticesOf(it, hook._id)).toMatchObject([{ orgId: 'org-1', svcId: '*' }]);
  });

  it.each([
    ['before the event is stored', 'unavailable'],
    ['after it was stored (C21)', 'C21'],
  ])('is told once though its worker dies %s', async (_when, point) => {
    const it = world();
    const hook = await addGone(it);
    const { events, webhooks } = it.database.repositories;
    if (point === 'C21') {
      setFailpoint('C21', 'throw');
      await expect(it.drain(hook)).rejects.toThrow(FailpointError);
      clearFailpoints();
    } else {
      const insertResults = () => Promise.reject(new AppError('unavailable', 'The database is away'));
      await expect(it.drain(hook, { events: { ...events, insertResults } })).rejects.toThrow(AppError);
      expect(await noticesOf(it, hook._id)).toEqual([]);
    }
    expect((await it.hook(hook._id)).health.status).toBe('disabled');
    expect(await webhooks.findOwing(new Date(it.clock.now()), 10)).toContainEqual({ webhookId: hook._id });
    await it.drain(hook);
    expect(await noticesOf(it, hook._id)).toHaveLength(1);
    expect(await webhooks.findOwing(new Date(it.clock.now()), 10)).toEqual([]);
  });

  it('by two workers at once is told once', async () => {
    const it = world();
    const hook = await addGone(it);
    await it.owe(hook, [{}, {}]);
    await Promise.all([it.drain(hook), it.drain(hook)]);
    await it.drainAll(hook);
    expect(await noticesOf(it, hook._id)).toHaveLength(1);
  });
});
