import { newEventId } from '@envase/runtime';
import { describe, expect, it } from 'vitest';
import { at, event, START, tenant } from '../../test/documents.ts';
import { useDatabase } from '../../test/open-database.ts';
import { readAllPages } from '../../test/read-all-pages.ts';
import type { EventDoc } from '../documents.ts';

const db = useDatabase();
const events = () => db().repositories.events;

const DAY_MS = 86_400_000;
let keys = 0;

function keyed(id: string, bodyHash: string, changes: Partial<EventDoc> = {}): EventDoc {
  return event({ ...changes, idem: { id, bodyHash } });
}

function newKey(): string {
  keys += 1;
  return `key-${keys}`;
}

describe('a publish', () => {
  it('comes back as it was stored', async () => {
    const published = event({
      payload: '{"$where":"1","a.b":{"__proto__":1}}',
      items: [
        {
          id: 'x',
          normalizedId: null,
          traceId: null,
          outcome: 'rejected',
          verdict: 'rejected',
          warnings: [],
        },
      ],
    });
    expect(await events().insertPublished(published)).toEqual({ outcome: 'created' });
    expect(await events().get(published._id)).toEqual(published);
  });

  it('is created once when the driver sends it twice', async () => {
    const published = event();
    await events().insertPublished(published);
    expect(await events().insertPublished(published)).toEqual({ outcome: 'created' });
    const withKey = keyed(newKey(), 'a');
    await events().insertPublished(withKey);
    expect(await events().insertPublished(withKey)).toEqual({ outcome: 'created' });
  });

  it('answers a repeat with the first event, and another body with a mismatch', async () => {
    const key = newKey();
    const first = keyed(key, 'a');
    await events().insertPublished(first);
    expect(await events().insertPublished(keyed(key, 'a'))).toEqual({ outcome: 'replayed', event: first });
    expect(await events().insertPublished(keyed(key, 'b'))).toEqual({ outcome: 'mismatch' });
  });

  it('frees a key after seven days, not before', async () => {
    const key = newKey();
    const first = keyed(key, 'a');
    await events().insertPublished(first);
    const justBefore = keyed(key, 'a', { createdAt: at(7 * DAY_MS - 1) });
    expect(await events().insertPublished(justBefore)).toEqual({ outcome: 'replayed', event: first });
    const after = keyed(key, 'b', { createdAt: at(7 * DAY_MS) });
    expect(await events().insertPublished(after)).toEqual({ outcome: 'created' });
    expect((await events().get(first._id))?.idem).toBeUndefined();
    const again = keyed(key, 'b', { createdAt: at(7 * DAY_MS + 1) });
    expect(await events().insertPublished(again)).toEqual({ outcome: 'replayed', event: after });
  });

  it('is created once by 200 at once with one key', async () => {
    const key = newKey();
    const repeats = Array.from({ length: 200 }, () => keyed(key, 'a'));
    const answers = await Promise.all(repeats.map((repeat) => events().insertPublished(repeat)));
    const created = answers.filter(({ outcome }) => outcome === 'created');
    const replayed = answers.flatMap((answer) => (answer.outcome === 'replayed' ? [answer.event._id] : []));
    expect(created).toHaveLength(1);
    expect(replayed).toHaveLength(199);
    expect(new Set(replayed).size).toBe(1);
    const rows = await db().connection.collection('events').countDocuments({ 'idem.id': key });
    expect(rows).toBe(1);
  });

  it('frees an old key for one of 20 at once', async () => {
    const key = newKey();
    await events().insertPublished(keyed(key, 'a'));
    const later = Array.from({ length: 20 }, () => keyed(key, 'a', { createdAt: at(8 * DAY_MS) }));
    const answers = await Promise.all(later.map((repeat) => events().insertPublished(repeat)));
    expect(answers.filter(({ outcome }) => outcome === 'created')).toHaveLength(1);
    expect(answers.filter(({ outcome }) => outcome === 'replayed')).toHaveLength(19);
  });
});

describe('results', () => {
  const results = (traceId: string, count: number) =>
    Array.from({ length: count }, (_, index) =>
      event({ traceId, sequence: index + 1, payload: { n: index } }),
    );

  it('are inserted, and known ones left alone', async () => {
    const [one, two, three] = results('trace-a', 3) as [EventDoc, EventDoc, EventDoc];
    await events().insertResults([two]);
    await events().insertResults([one, { ...two, payload: { n: 'changed' } }, three]);
    expect(await events().getMany([one._id, two._id, three._id])).toEqual(
      expect.arrayContaining([one, two, three]),
    );
    await events().insertResults([one, two, three]);
    await events().insertResults([]);
  });

  it('are inserted once each by ten at once, none missing', async () => {
    const all = results('trace-b', 8);
    await Promise.all(Array.from({ length: 10 }, () => events().insertResults(all)));
    const rows = await db().connection.collection('events').find({ traceId: 'trace-b' }).toArray();
    expect(rows.map((row) => row.sequence).sort()).toEqual([1, 2, 3, 4, 5, 6, 7, 8]);
  });

  it('keep names that look like operators or paths inside a payload', async () => {
    const odd = event({ payload: { a: { $set: 1, 'b.c': [{ 'd.e': null }] } } });
    await events().insertResults([odd]);
    expect(await events().get(odd._id)).toEqual(odd);
  });

  it('leave out what is undefined', async () => {
    // A property that is set to undefined at run time.
    const odd = { ...event({ payload: { a: undefined, b: 1 } }), order: undefined } as unknown as EventDoc;
    await events().insertResults([odd]);
    const stored = await events().get(odd._id);
    expect(stored).not.toHaveProperty('order');
    expect(stored?.payload).toEqual({ b: 1 });
  });
});

describe('what is owed', () => {
  it('is found when its time has come, oldest first', async () => {
    const base = 1_000_000;
    const [late, early, future, onlyTrace] = [
      event({ dueAt: at(base + 2) }),
      event({ dueAt: at(base + 1) }),
      event({ dueAt: at(base + 9) }),
      event({ dueAt: at(base), todo: ['trace'] }),
    ] as const;
    await events().insertResults([late, early, future, onlyTrace]);
    const ours = new Set([late._id, early._id, future._id, onlyTrace._id]);
    const owing = async (what: 'hooks' | 'trace') =>
      (await events().findOwing(what, at(base + 5), 1_000)).map(({ id }) => id).filter((id) => ours.has(id));
    expect(await owing('hooks')).toEqual([early._id, late._id]);
    expect(await owing('trace')).toEqual([onlyTrace._id, early._id, late._id]);
    expect(await events().findOwing('hooks', at(base + 5), 1)).toHaveLength(1);
  });

  it('is settled one by one, and the time goes with the last', async () => {
    const owing = event();
    await events().insertPublished(owing);
    await events().settleOwed(owing._id, 'hooks');
    await events().settleOwed(owing._id, 'hooks');
    expect(await events().get(owing._id)).toEqual({ ...owing, todo: ['trace'] });
    await events().settleOwed(owing._id, 'trace');
    const { dueAt: _, ...paid } = owing;
    expect(await events().get(owing._id)).toEqual({ ...paid, todo: [] });
    await events().settleOwed('unknown', 'trace');
  });

  it('loses nothing when both debts are settled at once', async () => {
    const owing = Array.from({ length: 20 }, () => event());
    await events().insertResults(owing);
    const ids = owing.map(({ _id }) => _id);
    await Promise.all(
      ids.flatMap((id) => [events().settleOwed(id, 'hooks'), events().settleOwed(id, 'trace')]),
    );
    for (const stored of await events().getMany(ids)) {
      expect(stored.todo).toEqual([]);
      expect(stored).not.toHaveProperty('dueAt');
    }
  });

  it('is postponed only where it is still owed', async () => {
    const [owing, paid] = [event(), event({ todo: [] })] as const;
    delete paid.dueAt;
    await events().insertResults([owing, paid]);
    await events().postpone([owing._id, paid._id], at(60_000));
    await events().postpone([], at(0));
    expect((await events().get(owing._id))?.dueAt).toEqual(at(60_000));
    expect(await events().get(paid._id)).not.toHaveProperty('dueAt');
  });

  it('is counted by debt', async () => {
    const before = await events().countOwing();
    await events().insertResults([event(), event({ todo: ['trace'] })]);
    expect(await events().countOwing()).toBe(before + 3);
  });

  it('of an earlier event of the trace is seen', async () => {
    const traceId = 'trace-owes';
    const first = event({ traceId, sequence: 1, todo: ['hooks'] });
    const second = event({ traceId, sequence: 2, todo: ['hooks'] });
    await events().insertResults([first, second]);
    expect(await events().owesHooksBelow(traceId, 1)).toBe(false);
    expect(await events().owesHooksBelow(traceId, 2)).toBe(true);
    await events().settleOwed(first._id, 'hooks');
    expect(await events().owesHooksBelow(traceId, 2)).toBe(false);
    expect(await events().owesHooksBelow('trace-other', 2)).toBe(false);
  });
});

describe('the list', () => {
  const mine = tenant(['org-list', 'svc-a']);
  const inList = (changes: Partial<EventDoc>) => event({ orgId: 'org-list', svcId: 'svc-a', ...changes });

  it('is newest first, whole and without repeats while events are added', async () => {
    const old = Array.from({ length: 23 }, (_, index) => inList({ createdAt: at(index) }));
    await events().insertResults(old);
    let added = 0;
    const between = async () => {
      added += 1;
      await events().insertPublished(inList({ createdAt: at(1_000 + added) }));
    };
    const read = await readAllPages((page) => events().list(mine, {}, page), { limit: 5, between });
    expect(read.map(({ _id }) => _id)).toEqual(old.map(({ _id }) => _id).reverse());
  });

  it('narrows by every filter', async () => {
    const org = 'org-filters';
    const all = [
      event({ orgId: org, svcId: 'a', type: 'GATE', action: 'IN', createdAt: at(0) }),
      event({ orgId: org, svcId: 'b', type: 'GATE', action: 'OUT', createdAt: at(DAY_MS) }),
      event({
        orgId: org,
        svcId: 'b',
        type: 'CONTAINER',
        action: 'IN',
        traceId: 't1',
        createdAt: at(2 * DAY_MS),
      }),
    ] as [EventDoc, EventDoc, EventDoc];
    await events().insertResults(all);
    const find = async (filters: Parameters<ReturnType<typeof events>['list']>[1]) => {
      const page = await events().list(tenant([org, '*'], ['org-else', 'x']), filters, { limit: 9 });
      return page.items.map(({ _id }) => all.findIndex((one) => one._id === _id));
    };
    expect(await find({})).toEqual([2, 1, 0]);
    expect(await find({ type: 'GATE' })).toEqual([1, 0]);
    expect(await find({ action: 'IN' })).toEqual([2, 0]);
    expect(await find({ svcId: 'b' })).toEqual([2, 1]);
    expect(await find({ orgId: 'org-else' })).toEqual([]);
    expect(await find({ orgId: 'org-foreign' })).toEqual([]);
    expect(await find({ id: all[1]._id })).toEqual([1]);
    expect(await find({ traceId: 't1' })).toEqual([2]);
    expect(await find({ since: at(DAY_MS) })).toEqual([2, 1]);
    expect(await find({ until: at(DAY_MS) })).toEqual([0]);
    expect(await find({ since: at(1), until: at(2 * DAY_MS), type: 'GATE' })).toEqual([1]);
  });

  it('keeps to its range of time over pages', async () => {
    const all = Array.from({ length: 9 }, (_, day) =>
      event({ orgId: 'org-range', createdAt: at(day * DAY_MS) }),
    );
    await events().insertResults(all);
    const range = { since: at(2 * DAY_MS), until: at(7 * DAY_MS) };
    const read = await readAllPages((page) => events().list(tenant(['org-range', '*']), range, page), {
      limit: 2,
    });
    expect(read.map(({ createdAt }) => (createdAt.getTime() - START) / DAY_MS)).toEqual([6, 5, 4, 3, 2]);
  });

  it('refuses the cursor of another list', async () => {
    const cursor = Buffer.from(JSON.stringify(['traces', newEventId(START), START])).toString('base64url');
    await expect(events().list(mine, {}, { limit: 5, cursor })).rejects.toMatchObject({
      code: 'invalid_request',
      details: [{ path: 'query.cursor' }],
    });
  });
});

describe('a tenant', () => {
  const [own, otherService, otherOrganization] = [
    event({ orgId: 'org-own', svcId: 'svc-1' }),
    event({ orgId: 'org-own', svcId: 'svc-2' }),
    event({ orgId: 'org-foreign', svcId: 'svc-1' }),
  ] as const;

  it.each([
    ['one grant', tenant(['org-own', 'svc-1'])],
    ['several unlike grants', tenant(['org-own', 'svc-1'], ['org-z', '*'], ['org-y', 'svc-2'])],
  ])('with %s sees its own events only', async (_, who) => {
    await events().insertResults([own, otherService, otherOrganization]);
    expect(await events().find(who, own._id)).toEqual(own);
    expect(await events().find(who, otherService._id)).toBeNull();
    expect(await events().find(who, otherOrganization._id)).toBeNull();
    expect(await events().find(who, newEventId(START))).toBeNull();
    const { items } = await events().list(who, {}, { limit: 200 });
    expect(items).toEqual([own]);
  });
});
