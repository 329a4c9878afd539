import { newEventId, newUuid } from '@envase/runtime';
import { describe, expect, it } from 'vitest';
import { at, tenant, webhook } from '../../test/documents.ts';
import { useDatabase } from '../../test/open-database.ts';
import type { WebhookReplay } from './webhook-debts.ts';

const db = useDatabase();
const webhooks = () => db().repositories.webhooks;
const owner = tenant(['org-1', 'svc-1']);

async function add(): Promise<string> {
  const hook = webhook();
  await webhooks().insertOrFind(hook);
  return hook._id;
}

function replay(changes: Partial<WebhookReplay> = {}): WebhookReplay {
  return {
    id: newUuid(),
    since: at(0),
    until: at(9),
    failedOnly: true,
    after: null,
    dueAt: at(5),
    ...changes,
  };
}

const owes = async (id: string, now: Date) => {
  const owing = await webhooks().findOwing(now, 100);
  return owing.some(({ webhookId }) => webhookId === id);
};

describe('a replay', () => {
  it('is begun once, moved on, and over', async () => {
    const id = await add();
    const [first, second] = [replay(), replay()];
    expect(await webhooks().beginReplay(owner, id, first)).toBe(true);
    expect(await webhooks().beginReplay(owner, id, second)).toBe(false);
    expect((await webhooks().get(id))?.replay).toEqual(first);
    expect([await owes(id, at(4)), await owes(id, at(5))]).toEqual([false, true]);
    await webhooks().moveReplay(id, second.id, null);
    await webhooks().moveReplay(id, first.id, { after: 'x~y', dueAt: at(7) });
    expect((await webhooks().get(id))?.replay).toEqual({ ...first, after: 'x~y', dueAt: at(7) });
    expect(await owes(id, at(6))).toBe(false);
    await webhooks().moveReplay(id, first.id, null);
    expect(await webhooks().get(id)).not.toHaveProperty('replay');
    expect(await webhooks().beginReplay(owner, id, second)).toBe(true);
  });

  it('is begun once by twenty at once', async () => {
    const id = await add();
    const begun = await Promise.all(
      Array.from({ length: 20 }, () => webhooks().beginReplay(owner, id, replay())),
    );
    expect(begun.filter(Boolean)).toHaveLength(1);
  });

  it.each([
    ['another client', { ...owner, clientId: 'client-2' }],
    ['another service', tenant(['org-1', 'svc-2'])],
  ])('of a hook of %s is not begun', async (_, who) => {
    const id = await add();
    expect(await webhooks().beginReplay(who, id, replay())).toBe(false);
    expect(await webhooks().get(id)).not.toHaveProperty('replay');
  });
});

describe('disabling', () => {
  it('is noticed by who was first, and owed until it is told', async () => {
    const id = await add();
    const notices = [1, 2, 3].map(() => ({ eventId: newEventId(), at: at(1), dueAt: at(1) }));
    const health = { status: 'disabled', reason: 'Gone', failingSince: at(1) } as const;
    const won = await Promise.all(notices.map((notice) => webhooks().disable(id, health, notice)));
    expect(won.filter(Boolean)).toHaveLength(1);
    const notice = notices[won.indexOf(true)];
    expect((await webhooks().get(id))?.health).toMatchObject({ ...health, notice });
    expect(await owes(id, at(1))).toBe(true);
    await webhooks().settleNotice(id, newEventId());
    expect(await owes(id, at(1))).toBe(true);
    await webhooks().settleNotice(id, notice?.eventId ?? '');
    expect(await owes(id, at(1))).toBe(false);
    expect((await webhooks().get(id))?.health).not.toHaveProperty('notice');
  });
});
