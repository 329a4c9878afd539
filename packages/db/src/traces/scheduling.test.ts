import { listPaused } from '@envase/domain';
import { expect, it } from 'vitest';
import { at, trace } from '../../test/documents.ts';
import { useDatabase } from '../../test/open-database.ts';
import type { TraceDoc } from '../documents.ts';

const db = useDatabase();
const traces = () => db().repositories.traces;

const insert = (...rows: TraceDoc[]) => traces().swap(rows.map((row) => ({ expectedRev: null, trace: row })));

const due = async (via: string, ms: number, limit = 100) =>
  (await traces().findDue(via, at(ms), { limit })).map(({ _id }) => _id);

it('finds what is due by class, then by time, of one queue', async () => {
  const via = 'queue-order';
  const row = (priority: TraceDoc['priority'], ms: number, changes: Partial<TraceDoc> = {}) =>
    trace({ via, priority, nextTraceAt: at(ms), ...changes });
  const [low, high, highLater] = [row(3, 0), row(0, 10), row(0, 20)] as const;
  const [mid, future, other] = [row(2, 5), row(0, 999), row(0, 0, { via: 'queue-else' })] as const;
  const ended = row(0, 0, { tracing: false, nextTraceAt: null });
  await insert(low, highLater, future, high, mid, other, ended);
  expect(await due(via, 100)).toEqual([high, highLater, mid, low].map(({ _id }) => _id));
  expect(await due(via, 100, 2)).toEqual([high._id, highLater._id]);
  expect(await traces().findDue(via, at(100), { limit: 1 })).toEqual([
    { _id: high._id, priority: 0, nextTraceAt: at(10) },
  ]);
});

it('keeps a tenth of the room for the lowest class', async () => {
  const via = 'queue-tenth';
  const rows = Array.from({ length: 30 }, (_, index) => trace({ via, priority: index < 25 ? 1 : 3 }));
  await insert(...rows);
  const found = await traces().findDue(via, at(0), { limit: 20 });
  expect(found.filter(({ priority }) => priority === 3)).toHaveLength(2);
  expect(found).toHaveLength(20);
  expect(await due(via, 0, 100)).toHaveLength(30);
});

it('does not find what is leased until the lease ends', async () => {
  const via = 'queue-lease';
  const row = trace({ via });
  await insert(row);
  await traces().lease([row._id], at(500), at(0));
  expect(await due(via, 499)).toEqual([]);
  expect(await due(via, 500)).toEqual([row._id]);
  expect(await traces().get(row._id)).toEqual({ ...row, queuedUntil: at(500) });
});

it('leases only what is still due and free', async () => {
  const [leased, moved, ended] = [trace(), trace({ nextTraceAt: at(50) }), trace()] as const;
  await insert(leased, moved, ended);
  await traces().swap([{ expectedRev: 1, trace: { ...ended, rev: 2, tracing: false, nextTraceAt: null } }]);
  await traces().lease([leased._id], at(500), at(0));
  await traces().lease([leased._id, moved._id, ended._id], at(900), at(10));
  await traces().lease([], at(1), at(1));
  expect((await traces().get(leased._id))?.queuedUntil).toEqual(at(500));
  expect((await traces().get(moved._id))?.queuedUntil).toBeNull();
  expect((await traces().get(ended._id))?.queuedUntil).toBeNull();
});

it('gives one of ten leases the trace', async () => {
  const row = trace({ via: 'queue-race' });
  await insert(row);
  await Promise.all(Array.from({ length: 10 }, (_, n) => traces().lease([row._id], at(500 + n), at(0))));
  expect(await due('queue-race', 499)).toEqual([]);
  expect(await due('queue-race', 509)).toEqual([row._id]);
});

it('keeps a lease through a swap that keeps it, and ends it with one that does', async () => {
  const via = 'queue-swap';
  const row = trace({ via });
  await insert(row);
  await traces().lease([row._id], at(500), at(0));
  const leased = await traces().get(row._id);
  if (leased === null) throw new Error('The trace is gone');
  await traces().swap([{ expectedRev: 1, trace: { ...leased, rev: 2, nextTraceAt: at(-5) } }]);
  expect(await due(via, 499)).toEqual([]);
  await traces().swap([{ expectedRev: 2, trace: { ...leased, rev: 3, queuedUntil: null } }]);
  expect(await due(via, 0)).toEqual([row._id]);
});

it('clears the leases of one queue, or of all', async () => {
  const rows = ['queue-c1', 'queue-c1', 'queue-c2'].map((via) => trace({ via }));
  const ids = rows.map(({ _id }) => _id);
  await insert(...rows);
  await traces().lease(ids, at(500), at(0));
  await traces().clearLeases('queue-c1');
  expect(await due('queue-c1', 0)).toHaveLength(2);
  expect(await due('queue-c2', 0)).toEqual([]);
  await traces().clearLeases();
  expect(await due('queue-c2', 0)).toHaveLength(1);
  const found = await traces().getMany(ids);
  expect(found.map(({ queuedUntil, nextTraceAt }) => [queuedUntil, nextTraceAt])).toEqual(
    rows.map(({ nextTraceAt }) => [null, nextTraceAt]),
  );
});

it('leaves out organizations that are paused', async () => {
  const via = 'queue-paused';
  const [held, goesOn] = [trace({ via, orgId: 'org-held' }), trace({ via })] as const;
  await insert(held, goesOn);
  const found = await traces().findDue(via, at(0), { limit: 9, withoutOrgIds: ['org-held'] });
  expect(found.map(({ _id }) => _id)).toEqual([goesOn._id]);
  expect(await due(via, 0)).toHaveLength(2);
});

it('gives back a lease, and with it nothing else', async () => {
  const via = 'queue-release';
  const [given, kept] = [trace({ via }), trace({ via })] as const;
  await insert(given, kept);
  await traces().lease([given._id, kept._id], at(500), at(0));
  await traces().release([given._id]);
  expect(await due(via, 0)).toEqual([given._id]);
  expect(await traces().get(given._id)).toEqual(given);
  expect((await traces().get(kept._id))?.queuedUntil).toEqual(at(500));
});

it('counts what is overdue, leased or not, without what is paused', async () => {
  const time = at(-9_000_000);
  const rows = [
    trace({ nextTraceAt: time }),
    trace({ nextTraceAt: time }),
    trace({ nextTraceAt: at(-8_000_000) }),
  ];
  await insert(...rows);
  await traces().lease([rows[0]?._id ?? ''], at(9_000_000), at(0));
  expect(await traces().countOverdue(time)).toBe(2);
  expect(await traces().countOverdue(at(-9_000_001))).toBe(0);
  const provider = { kind: 'provider', id: rows[0]?.via ?? '', until: null } as const;
  expect(await traces().countOverdue(time, listPaused([provider], 0))).toBe(0);
  const organization = { kind: 'organization', id: 'org-else', until: null } as const;
  expect(await traces().countOverdue(time, listPaused([organization], 0))).toBe(2);
});

it('counts what is traced by queue', async () => {
  await insert(trace({ via: 'queue-n1' }), trace({ via: 'queue-n1' }), trace({ via: 'queue-n2' }));
  await insert(trace({ via: 'queue-n2', tracing: false, nextTraceAt: null }));
  expect(await traces().countTracing()).toMatchObject({ 'queue-n1': 2, 'queue-n2': 1 });
});
