import { newUuid } from '@envase/runtime';
import { describe, expect, it } from 'vitest';
import { at, tenant, webhook } from '../../test/documents.ts';
import { useDatabase } from '../../test/open-database.ts';
import { readAllPages } from '../../test/read-all-pages.ts';

const db = useDatabase();
const webhooks = () => db().repositories.webhooks;
const owner = tenant(['org-1', 'svc-1']);

describe('registering', () => {
  it('keeps a hook as it was registered, paths as names of filters included', async () => {
    const hook = webhook({ filters: [{ 'payload.siteId': 'X', type: null }, { 'payload.n': 1 }] });
    expect(await webhooks().insertOrFind(hook)).toEqual({ created: true, hook });
    expect(await webhooks().get(hook._id)).toEqual(hook);
  });

  it('finds the hook that is registered in the same way', async () => {
    const first = webhook();
    await webhooks().insertOrFind(first);
    const again = webhook({ registration: first.registration, description: 'again' });
    expect(await webhooks().insertOrFind(again)).toEqual({ created: false, hook: first });
    expect(await webhooks().insertOrFind(first)).toEqual({ created: true, hook: first });
  });

  it('makes one hook of 50 registrations at once', async () => {
    const registration = newUuid();
    const answers = await Promise.all(
      Array.from({ length: 50 }, () => webhooks().insertOrFind(webhook({ registration }))),
    );
    expect(answers.filter(({ created }) => created)).toHaveLength(1);
    expect(new Set(answers.map(({ hook }) => hook._id)).size).toBe(1);
  });
});

describe('changing', () => {
  it('answers the changed hook', async () => {
    const hook = webhook();
    await webhooks().insertOrFind(hook);
    const changes = { description: 'dock', filters: [{ 'a.b': true }], updatedAt: at(5) };
    expect(await webhooks().update(owner, hook._id, changes)).toEqual({ ...hook, ...changes });
    expect(await webhooks().update(owner, hook._id, {})).toEqual({ ...hook, ...changes });
    expect(await webhooks().update(owner, newUuid(), changes)).toBeNull();
  });

  it('refuses to become the same as another hook', async () => {
    const [one, two] = [webhook(), webhook()] as const;
    await webhooks().insertOrFind(one);
    await webhooks().insertOrFind(two);
    const same = { registration: one.registration };
    await expect(webhooks().update(owner, two._id, same)).rejects.toMatchObject({ code: 'conflict' });
    expect(await webhooks().get(two._id)).toEqual(two);
  });

  it('never moves a hook to another client', async () => {
    const hook = webhook();
    await webhooks().insertOrFind(hook);
    await expect(webhooks().update(owner, hook._id, { clientId: 'client-2' })).rejects.toThrow(
      'never changes',
    );
    await expect(webhooks().update(owner, hook._id, { _id: newUuid() })).rejects.toThrow('never changes');
  });

  it('removes a hook once', async () => {
    const hook = webhook();
    await webhooks().insertOrFind(hook);
    expect(await webhooks().remove(owner, hook._id)).toBe(true);
    expect(await webhooks().remove(owner, hook._id)).toBe(false);
    expect(await webhooks().get(hook._id)).toBeNull();
  });
});

describe('health', () => {
  it('is changed field by field', async () => {
    const hook = webhook();
    await webhooks().insertOrFind(hook);
    await webhooks().recordHealth(hook._id, {
      status: 'failing',
      failingSince: at(1),
      consecutiveFailures: 1,
    });
    await webhooks().recordHealth(hook._id, { consecutiveFailures: 2 });
    await webhooks().recordHealth(hook._id, {});
    const health = { ...hook.health, status: 'failing', failingSince: at(1), consecutiveFailures: 2 };
    expect(await webhooks().get(hook._id)).toEqual({ ...hook, health });
  });

  it('takes nothing but what health has', async () => {
    const hook = webhook();
    await webhooks().insertOrFind(hook);
    const odd = { 'status.$[]': 'x', clientId: 'client-2', $set: 1 };
    // What a caller could hand over in spite of the types.
    await webhooks().recordHealth(
      hook._id,
      odd as Parameters<ReturnType<typeof webhooks>['recordHealth']>[1],
    );
    expect(await webhooks().get(hook._id)).toEqual(hook);
  });
});

it('finds every hook that may hear an organization and service, of any client', async () => {
  const listening = [
    webhook({ orgId: 'org-hear', svcId: 'svc-1', clientId: 'client-a' }),
    webhook({ orgId: 'org-hear', svcId: 'svc-1', clientId: 'client-b' }),
    webhook({ orgId: 'org-hear', svcId: null }),
    webhook({ orgId: null, svcId: null, clientId: 'client-c' }),
  ];
  const deaf = [
    webhook({ orgId: 'org-hear', svcId: 'svc-2' }),
    webhook({ orgId: 'org-deaf', svcId: 'svc-1' }),
    webhook({ orgId: 'org-deaf', svcId: null }),
  ];
  for (const hook of [...listening, ...deaf]) await webhooks().insertOrFind(hook);
  const found = await webhooks().findListening('org-hear', 'svc-1');
  const ids = (hooks: { _id: string }[]) => hooks.map(({ _id }) => _id).sort();
  expect(ids(found)).toEqual(ids(listening));
});

it('lists newest first, whole and without repeats while hooks are added, also those of one moment', async () => {
  const clientId = 'client-list';
  const who = { ...owner, clientId };
  const old = Array.from({ length: 17 }, (_, index) =>
    webhook({ clientId, createdAt: at(Math.floor(index / 6)) }),
  );
  for (const hook of old) await webhooks().insertOrFind(hook);
  const between = () => webhooks().insertOrFind(webhook({ clientId, createdAt: at(100) }));
  const read = await readAllPages((page) => webhooks().list(who, page), { limit: 4, between });
  const byTime = old.toSorted(
    (one, other) => other.createdAt.getTime() - one.createdAt.getTime() || (one._id < other._id ? 1 : -1),
  );
  expect(read.map(({ _id }) => _id)).toEqual(byTime.map(({ _id }) => _id));
});

describe('a tenant', () => {
  const foreign = [
    ['another client', webhook({ clientId: 'client-2' })],
    ['another service', webhook({ svcId: 'svc-2' })],
    ['another organization', webhook({ orgId: 'org-2' })],
    ['another client for everything', webhook({ clientId: 'client-2', orgId: null, svcId: null })],
  ] as const;

  it.each(foreign)('neither sees nor changes a hook of %s', async (_, hook) => {
    await webhooks().insertOrFind(hook);
    for (const who of [owner, tenant(['org-1', 'svc-1'], ['org-3', '*'])]) {
      expect(await webhooks().find(who, hook._id)).toBeNull();
      expect(await webhooks().update(who, hook._id, { description: 'taken' })).toBeNull();
      expect(await webhooks().remove(who, hook._id)).toBe(false);
      const { items } = await webhooks().list(who, { limit: 200 });
      expect(items.map(({ _id }) => _id)).not.toContain(hook._id);
    }
    expect(await webhooks().get(hook._id)).toEqual(hook);
  });

  it('sees its hooks for a service, for an organization and for everything', async () => {
    const own = [webhook(), webhook({ svcId: null }), webhook({ orgId: null, svcId: null })];
    for (const hook of own) {
      await webhooks().insertOrFind(hook);
      expect(await webhooks().find(owner, hook._id)).toEqual(hook);
    }
  });
});
