import { newEventId } from '@envase/runtime';
import { describe, expect, it } from 'vitest';
import { at, delivery, START, tenant } from '../../test/documents.ts';
import { useDatabase } from '../../test/open-database.ts';
import { readAllPages } from '../../test/read-all-pages.ts';
import type { DeliveryAttempt, DeliveryDoc, DeliveryResult } from './delivery-documents.ts';

const db = useDatabase();
const deliveries = () => db().repositories.deliveries;
const owner = tenant(['org-1', 'svc-1']);
let hooks = 0;

function newHook(): string {
  hooks += 1;
  return `hook-${String(hooks).padStart(3, '0')}`;
}

function attemptAt(ms: number): DeliveryAttempt {
  return { at: at(ms), status: 500, durationMs: 3, error: null, answer: 'no' };
}

function failed(row: DeliveryDoc, changes: Partial<DeliveryResult> = {}): DeliveryResult {
  const { _id: id, attemptCount } = row;
  return { id, attemptCount, state: 'retrying', dueAt: at(5_000), attempt: attemptAt(1), ...changes };
}

const read = (row: DeliveryDoc) => deliveries().find(owner, row._id);

describe('creating', () => {
  it('creates what is missing and leaves alone what is there', async () => {
    const webhookId = newHook();
    const [known, missing] = [
      delivery({ webhookId }),
      delivery({ webhookId, traceId: 't', sequence: 4 }),
    ] as const;
    await deliveries().insertMissing([known]);
    await deliveries().record([failed(known)]);
    const changed = await read(known);
    await deliveries().insertMissing([known, missing]);
    await deliveries().insertMissing([]);
    expect(await read(known)).toEqual(changed);
    expect(await read(missing)).toEqual(missing);
  });

  it('creates each once by ten at once', async () => {
    const webhookId = newHook();
    const rows = Array.from({ length: 10 }, () => delivery({ webhookId }));
    await Promise.all(Array.from({ length: 10 }, () => deliveries().insertMissing(rows)));
    expect(await deliveries().counts(webhookId)).toEqual({ pending: 10, dead: 0 });
  });
});

describe('what is due', () => {
  it('is found by hook, longest waiting first, equal times in the order of events', async () => {
    const [webhookId, other] = [newHook(), newHook()];
    const rows = [300, 100, 100, 900].map((ms) => delivery({ webhookId, dueAt: at(ms) }));
    await deliveries().insertMissing([...rows, delivery({ webhookId: other, dueAt: at(0) })]);
    const due = await deliveries().findDue(webhookId, at(300), 10);
    expect(due).toEqual([rows[1], rows[2], rows[0]]);
    expect(await deliveries().findDue(webhookId, at(300), 2)).toHaveLength(2);
  });

  it('tells which hooks have some, those that wait longest first', async () => {
    const old = at(-1_000_000);
    const [big, small, later, idle] = [newHook(), newHook(), newHook(), newHook()];
    const backlog = Array.from({ length: 600 }, () => delivery({ webhookId: big, dueAt: old }));
    await deliveries().insertMissing(backlog);
    await deliveries().insertMissing([
      delivery({ webhookId: small, dueAt: at(-999_999) }),
      delivery({ webhookId: later, dueAt: at(-999_998) }),
      delivery({ webhookId: idle, dueAt: at(50) }),
    ]);
    const ids = async (limit: number) =>
      (await deliveries().hooksWithDue(at(-999_990), limit)).map(({ webhookId }) => webhookId);
    expect(await ids(100)).toEqual([big, small, later]);
    expect(await ids(1)).toEqual([big]);
    expect(await deliveries().oldestDue()).toEqual(old);
    await deliveries().cancelOpen(big);
    expect(await ids(100)).toEqual([small, later]);
    expect(await deliveries().oldestDue()).toEqual(at(-999_999));
  });

  it('is postponed without using an attempt, and only what is due', async () => {
    const webhookId = newHook();
    const [due, later] = [delivery({ webhookId }), delivery({ webhookId, dueAt: at(999) })] as const;
    await deliveries().insertMissing([due, later]);
    await deliveries().postpone(webhookId, at(5_000), at(0));
    expect(await read(due)).toEqual({ ...due, dueAt: at(5_000) });
    expect(await read(later)).toEqual(later);
  });

  it('is deferred one by one, and only what is open', async () => {
    const webhookId = newHook();
    const [open, done] = [delivery({ webhookId }), delivery({ webhookId })] as const;
    await deliveries().insertMissing([open, done]);
    await deliveries().record([failed(done, { state: 'delivered', dueAt: null })]);
    await deliveries().defer([open._id, done._id], at(7_000));
    await deliveries().defer([], at(1));
    expect((await read(open))?.dueAt).toEqual(at(7_000));
    expect(await read(done)).not.toHaveProperty('dueAt');
  });
});

describe('recording', () => {
  it('counts the attempt and keeps it', async () => {
    const row = delivery({ webhookId: newHook() });
    await deliveries().insertMissing([row]);
    expect(await deliveries().record([failed(row)])).toBe(1);
    expect(await read(row)).toEqual({
      ...row,
      state: 'retrying',
      dueAt: at(5_000),
      attemptCount: 1,
      attempts: [attemptAt(1)],
    });
  });

  it('takes the due time away from what is delivered or dead', async () => {
    const rows = [delivery({ webhookId: newHook() }), delivery({ webhookId: newHook() })] as const;
    await deliveries().insertMissing(rows);
    const [delivered, dead] = rows;
    await deliveries().record([
      failed(delivered, { state: 'delivered', dueAt: null, attempt: attemptAt(9) }),
      failed(dead, { state: 'dead', dueAt: null }),
    ]);
    const { dueAt: _, ...closed } = delivered;
    expect(await read(delivered)).toEqual({
      ...closed,
      state: 'delivered',
      attemptCount: 1,
      attempts: [attemptAt(9)],
      deliveredAt: at(9),
    });
    expect(await read(dead)).toMatchObject({ state: 'dead', deliveredAt: null });
    expect(await read(dead)).not.toHaveProperty('dueAt');
  });

  it('keeps the last twenty attempts', async () => {
    const row = delivery({ webhookId: newHook() });
    await deliveries().insertMissing([row]);
    for (let count = 0; count < 22; count += 1) {
      await deliveries().record([failed(row, { attemptCount: count, attempt: attemptAt(count) })]);
    }
    const stored = await read(row);
    expect(stored?.attemptCount).toBe(22);
    expect(stored?.attempts.map(({ at: time }) => time.getTime() - START)).toEqual(
      Array.from({ length: 20 }, (_, index) => index + 2),
    );
  });

  it('lets one of 20 with the same attempt count win', async () => {
    const rows = Array.from({ length: 5 }, () => delivery({ webhookId: newHook() }));
    await deliveries().insertMissing(rows);
    const results = rows.map((row) => failed(row));
    const won = await Promise.all(Array.from({ length: 20 }, () => deliveries().record(results)));
    expect(won.reduce((sum, count) => sum + count)).toBe(5);
    for (const row of rows) expect((await read(row))?.attemptCount).toBe(1);
  });

  it('leaves alone what was cancelled meanwhile', async () => {
    const row = delivery({ webhookId: newHook() });
    await deliveries().insertMissing([row]);
    await deliveries().cancelOpen(row.webhookId);
    expect(await deliveries().record([failed(row)])).toBe(0);
    expect(await read(row)).toMatchObject({ state: 'cancelled', attemptCount: 0 });
    expect(await deliveries().record([])).toBe(0);
  });

  it('refuses an open delivery that is never due', async () => {
    const row = delivery({ webhookId: newHook() });
    await expect(deliveries().record([failed(row, { dueAt: null })])).rejects.toThrow('dueAt');
  });
});

describe('order', () => {
  it('sees the lowest open delivery below a sequence', async () => {
    const [webhookId, other] = [newHook(), newHook()];
    const row = (sequence: number, changes: Partial<DeliveryDoc> = {}) =>
      delivery({ webhookId, traceId: 'trace-1', sequence, dueAt: at(sequence), ...changes });
    const [one, two, three] = [row(1), row(2), row(3)] as const;
    await deliveries().insertMissing([
      three,
      two,
      one,
      row(1, { webhookId: other }),
      row(0, { traceId: 'trace-2' }),
    ]);
    const below = (sequence: number) => deliveries().findOpenBelow(webhookId, 'trace-1', sequence);
    expect(await below(1)).toBeNull();
    expect(await below(3)).toEqual({ _id: one._id, sequence: 1, dueAt: at(1) });
    await deliveries().record([failed(one, { state: 'delivered', dueAt: null })]);
    expect(await below(3)).toEqual({ _id: two._id, sequence: 2, dueAt: at(2) });
    await deliveries().record([failed(two, { state: 'retrying', dueAt: at(90) })]);
    expect(await below(3)).toEqual({ _id: two._id, sequence: 2, dueAt: at(90) });
    await deliveries().record([failed(two, { attemptCount: 1, state: 'dead', dueAt: null })]);
    expect(await below(3)).toBeNull();
    await deliveries().cancelOpen(webhookId);
    expect(await below(4)).toBeNull();
  });
});

it('counts what is open and what is dead', async () => {
  const webhookId = newHook();
  const rows = Array.from({ length: 5 }, () => delivery({ webhookId })) as [
    DeliveryDoc,
    DeliveryDoc,
    DeliveryDoc,
  ];
  await deliveries().insertMissing(rows);
  await deliveries().record([
    failed(rows[0], { state: 'dead', dueAt: null }),
    failed(rows[1], { state: 'delivered', dueAt: null }),
    failed(rows[2]),
  ]);
  expect(await deliveries().counts(webhookId)).toEqual({ pending: 3, dead: 1 });
  expect(await deliveries().counts('hook-unknown')).toEqual({ pending: 0, dead: 0 });
});

describe('the list', () => {
  it('is newest first in one state or in all, whole and without repeats while deliveries are added', async () => {
    const webhookId = newHook();
    const rows = Array.from({ length: 14 }, (_, index) =>
      delivery({ webhookId, state: index % 2 === 0 ? 'pending' : 'dead' }),
    );
    await deliveries().insertMissing(rows);
    const between = () =>
      deliveries().insertMissing([delivery({ webhookId, eventId: newEventId(START + 9e6) })]);
    const list = (state: DeliveryDoc['state'] | undefined) =>
      readAllPages((page) => deliveries().list(owner, webhookId, state, page), { limit: 3, between });
    const newestFirst = rows.toReversed();
    expect(await list('dead')).toEqual(newestFirst.filter(({ state }) => state === 'dead'));
    const all = await list(undefined);
    expect(all.slice(-14)).toEqual(newestFirst);
    expect(new Set(all.map(({ _id }) => _id)).size).toBe(all.length);
  });

  it('refuses the cursor of another hook', async () => {
    const [one, other] = [newHook(), newHook()];
    await deliveries().insertMissing([delivery({ webhookId: one }), delivery({ webhookId: one })]);
    const { nextCursor } = await deliveries().list(owner, one, undefined, { limit: 1 });
    const page = { limit: 1, cursor: nextCursor ?? '' };
    await expect(deliveries().list(owner, other, undefined, page)).rejects.toMatchObject({
      code: 'invalid_request',
    });
  });
});

describe('a tenant', () => {
  it.each([
    ['another client', { clientId: 'client-2' }],
    ['another service', { svcId: 'svc-2' }],
    ['another organization', { orgId: 'org-2' }],
  ])('does not see a delivery of %s', async (_, changes) => {
    const webhookId = newHook();
    const [own, foreign] = [delivery({ webhookId }), delivery({ webhookId, ...changes })] as const;
    await deliveries().insertMissing([own, foreign]);
    for (const who of [owner, tenant(['org-1', 'svc-1'], ['org-3', '*'])]) {
      expect(await deliveries().find(who, own._id)).toEqual(own);
      expect(await deliveries().find(who, foreign._id)).toBeNull();
      expect((await deliveries().list(who, webhookId, undefined, { limit: 9 })).items).toEqual([own]);
    }
  });
});
