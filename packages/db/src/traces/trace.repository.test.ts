import { describe, expect, it } from 'vitest';
import { at, event, tenant, trace } from '../../test/documents.ts';
import { useDatabase } from '../../test/open-database.ts';
import { readAllPages } from '../../test/read-all-pages.ts';
import type { TraceDoc } from '../documents.ts';

const db = useDatabase();
const traces = () => db().repositories.traces;

const insert = (...rows: TraceDoc[]) => traces().swap(rows.map((row) => ({ expectedRev: null, trace: row })));
const next = (row: TraceDoc, changes: Partial<TraceDoc> = {}): TraceDoc => ({
  ...row,
  rev: row.rev + 1,
  ...changes,
});
const replace = (row: TraceDoc, changes: Partial<TraceDoc> = {}) => ({
  expectedRev: row.rev,
  trace: next(row, changes),
});

it('finds the active traces of a box at one provider, of every organization', async () => {
  const number = 'TSTU7000010';
  const mine = trace({
    number,
    via: 'vizion',
    orgId: 'org-1',
    awaiting: { reference: 'r', since: at(0), lookAt: at(9) },
  });
  const theirs = trace({ number, via: 'vizion', orgId: 'org-2' });
  const ended = trace({ number, via: 'vizion', orgId: 'org-3', tracing: false, nextTraceAt: null });
  await insert(mine, theirs, ended, trace({ number, via: 'apm' }));
  const found = await traces().findTracing('vizion', [number]);
  expect(found.toSorted((a, b) => (a.orgId < b.orgId ? -1 : 1))).toEqual([mine, theirs]);
  expect(await traces().findTracing('vizion', [])).toEqual([]);
});

it('finds what one queue traced since a time, stopped or not, page by page', async () => {
  const traced = (changes: Partial<TraceDoc> = {}) =>
    trace({ via: 'cn', lastTracedAt: at(50), tripStartedAt: at(10), ...changes });
  const [one, ended] = [traced(), traced({ tracing: false, nextTraceAt: null })];
  const others = [
    traced({ via: 'apm' }),
    traced({ lastTracedAt: at(49) }),
    traced({ tripStartedAt: at(60) }),
  ];
  await insert(one, ended, ...others, traced({ lastTracedAt: null }));
  const range = { since: at(50), until: at(60) };
  const [first] = await traces().findTraced('cn', { after: null, ...range }, 1);
  const rest = await traces().findTraced('cn', { after: first?._id ?? '', ...range }, 5);
  expect([first, ...rest]).toEqual([one, ended].toSorted((a, b) => (a._id < b._id ? -1 : 1)));
});

describe('swapping', () => {
  it('stores whole traces and gives them back unchanged', async () => {
    const rows = [trace({ outbox: [event({ payload: { 'a.b': { $x: 1 } } })], outboxAt: at(1) }), trace()];
    expect(await insert(...rows)).toEqual([]);
    expect(await traces().getMany(rows.map(({ _id }) => _id))).toEqual(expect.arrayContaining(rows));
    expect(await traces().get(rows[0]?._id ?? '')).toEqual(rows[0]);
    expect(await traces().get('unknown')).toBeNull();
    expect(await traces().getMany([])).toEqual([]);
    expect(await traces().swap([])).toEqual([]);
  });

  it('answers exactly the ids that lost', async () => {
    const [current, moved, known, fresh, gone] = [trace(), trace(), trace(), trace(), trace()] as const;
    await insert(current, moved, known);
    await traces().swap([replace(moved, { failures: 9 })]);
    const lost = await traces().swap([
      replace(current, { failures: 1 }),
      replace(moved, { failures: 1 }),
      { expectedRev: null, trace: { ...known, failures: 1 } },
      { expectedRev: null, trace: fresh },
      replace(gone),
    ]);
    expect(lost.toSorted()).toEqual([moved._id, known._id, gone._id].toSorted());
    expect(await traces().get(current._id)).toEqual(next(current, { failures: 1 }));
    expect(await traces().get(moved._id)).toEqual(next(moved, { failures: 9 }));
    expect(await traces().get(known._id)).toEqual(known);
    expect(await traces().get(fresh._id)).toEqual(fresh);
    expect(await traces().get(gone._id)).toBeNull();
    expect(await traces().swap([replace(gone)])).toEqual([gone._id]);
    expect(await traces().get(gone._id)).toBeNull();
  });

  it('lets one of 200 at once win, also where all write the same revision', async () => {
    const row = trace();
    const inserted = await Promise.all(
      Array.from({ length: 200 }, (_, failures) => insert({ ...row, failures })),
    );
    expect(inserted.filter((lost) => lost.length === 0)).toHaveLength(1);
    const current = await traces().get(row._id);
    if (current === null) throw new Error('The trace was not inserted');
    const swapped = await Promise.all(
      Array.from({ length: 200 }, (_, failures) => traces().swap([replace(current, { failures })])),
    );
    const winner = swapped.findIndex((lost) => lost.length === 0);
    expect(swapped.filter((lost) => lost.length === 0)).toHaveLength(1);
    expect(await traces().get(row._id)).toEqual(next(current, { failures: winner }));
  });

  it('loses no update of ten writers that reload when they lose', async () => {
    const row = trace();
    await insert(row);
    const addOne = async () => {
      for (;;) {
        const current = await traces().get(row._id);
        if (current === null) throw new Error('The trace is gone');
        const lost = await traces().swap([replace(current, { seq: current.seq + 1 })]);
        if (lost.length === 0) return;
      }
    };
    await Promise.all(
      Array.from({ length: 10 }, async () => {
        for (let round = 0; round < 4; round += 1) await addOne();
      }),
    );
    expect(await traces().get(row._id)).toMatchObject({ seq: 40, rev: 41 });
  });

  it('counts a batch once for each trace when many batches overlap', async () => {
    const rows = Array.from({ length: 20 }, () => trace());
    await insert(...rows);
    const batches = await Promise.all(
      Array.from({ length: 10 }, (_, failures) =>
        traces().swap(rows.map((row) => replace(row, { failures }))),
      ),
    );
    for (const row of rows) {
      const won = batches.flatMap((lost, index) => (lost.includes(row._id) ? [] : [index]));
      expect(won).toHaveLength(1);
      expect((await traces().get(row._id))?.failures).toBe(won[0]);
    }
  });
});

describe('the outbox', () => {
  it('is emptied event by event, and the time goes with the last', async () => {
    const [one, two] = [event({ payload: { $a: '$b' } }), event()] as const;
    const row = trace({ outbox: [one, two], outboxAt: at(1) });
    await insert(row);
    await traces().clearOutbox(row._id, [one._id, 'unknown']);
    expect(await traces().get(row._id)).toEqual({ ...row, outbox: [two] });
    await traces().clearOutbox(row._id, [two._id]);
    const { outboxAt: _, ...rest } = row;
    expect(await traces().get(row._id)).toEqual({ ...rest, outbox: [] });
  });

  it('that a crash left full is found, longest waiting first', async () => {
    const full = (ms: number) => trace({ outbox: [event()], outboxAt: at(ms) });
    const [late, early, fresh] = [full(-10_000), full(-20_000), full(0)] as const;
    await insert(late, early, fresh);
    expect(await traces().findWithOutbox(at(-5_000), 10)).toEqual([{ id: early._id }, { id: late._id }]);
    expect(await traces().findWithOutbox(at(-5_000), 1)).toEqual([{ id: early._id }]);
  });
});

it('finds the active traces of numbers in one organization and service', async () => {
  const row = (number: string, changes: Partial<TraceDoc> = {}) =>
    trace({ orgId: 'org-n', number, ...changes });
  const [one, two, test] = [row('A'), row('B', { siteId: 'X' }), row('A', { isTest: true })] as const;
  const others = [row('A', { orgId: 'org-m' }), row('A', { svcId: 'svc-2' }), row('C')];
  await insert(one, two, test, ...others, row('A', { tracing: false, nextTraceAt: null }));
  const found = await traces().findActiveByNumbers('org-n', 'svc-1', ['A', 'B', 'D']);
  const shown = [one, two, test].map(({ _id, number, providerId, siteId, service, isTest }) => {
    return { _id, number, providerId, siteId, service, isTest };
  });
  const byId = (rows: { _id: string }[]) => rows.toSorted((a, b) => (a._id < b._id ? -1 : 1));
  expect(byId(found)).toEqual(byId(shown));
  expect(await traces().findActiveByNumbers('org-n', 'svc-1', [])).toEqual([]);
});

describe('the list', () => {
  it('is newest first, whole and without repeats while traces are added, also those of one publish', async () => {
    const row = (ms: number) => trace({ orgId: 'org-page', createdAt: at(ms) });
    const rows = Array.from({ length: 21 }, (_, index) => row(Math.floor(index / 8)));
    await insert(...rows);
    const between = () => insert(row(500));
    const read = await readAllPages((page) => traces().list(tenant(['org-page', '*']), {}, page), {
      limit: 5,
      between,
    });
    const order = rows.toSorted(
      (a, b) => b.createdAt.getTime() - a.createdAt.getTime() || (a._id < b._id ? 1 : -1),
    );
    expect(read).toEqual(order);
  });

  it('narrows by every filter', async () => {
    const orgId = 'org-filter';
    // Only the status is looked at.
    const state = { status: 'available' } as TraceDoc['state'];
    const one = trace({ orgId, number: 'N1', providerId: 'apm', siteId: 's1', state, createdAt: at(2) });
    const two = trace({ orgId, number: 'N2', providerId: 'bnsf', nextTraceAt: at(99), createdAt: at(1) });
    await insert(one, two);
    const find = async (filters: Parameters<ReturnType<typeof traces>['list']>[1]) => {
      const { items } = await traces().list(tenant([orgId, 'svc-1']), filters, { limit: 9 });
      return items.map(({ number }) => number);
    };
    expect(await find({})).toEqual(['N1', 'N2']);
    expect(await find({ number: 'N2' })).toEqual(['N2']);
    expect(await find({ status: 'available' })).toEqual(['N1']);
    expect(await find({ providerId: 'bnsf' })).toEqual(['N2']);
    expect(await find({ siteId: 's1' })).toEqual(['N1']);
    expect(await find({ siteId: '' })).toEqual(['N2']);
    expect(await find({ overdueBefore: at(50) })).toEqual(['N1']);
  });
});

it.each([
  ['one grant', tenant(['org-own', 'svc-1'])],
  ['several unlike grants', tenant(['org-own', 'svc-1'], ['org-z', '*'], ['org-y', 'svc-2'])],
])('shows a tenant with %s its own traces only', async (_, who) => {
  const own = trace({ orgId: 'org-own' });
  const foreign = [trace({ orgId: 'org-own', svcId: 'svc-2' }), trace({ orgId: 'org-other' })];
  await insert(own, ...foreign);
  expect(await traces().find(who, own._id)).toEqual(own);
  for (const row of foreign) expect(await traces().find(who, row._id)).toBeNull();
  expect(await traces().find(who, 'unknown')).toBeNull();
  const { items } = await traces().list(who, {}, { limit: 200 });
  expect(items.map(({ _id }) => _id)).toContain(own._id);
  expect(items.every(({ orgId, svcId }) => orgId === 'org-own' && svcId === 'svc-1')).toBe(true);
});
