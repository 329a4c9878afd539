import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { AuditCall, AuditMark, AuditRow } from './audit-store.ts';
import { hashRow, linkRow } from './chain.ts';
import { type AuditVerdict, createChainJudge } from './judge-chain.ts';

const CHAIN = 'org-1';

function chainOf(length: number, change: Partial<AuditCall> = {}): AuditRow[] {
  const rows: AuditRow[] = [];
  for (let n = 1; n <= length; n += 1) {
    const call: AuditCall = {
      callId: `call-${n}`,
      chain: CHAIN,
      at: new Date(Date.UTC(2026, 10, 24) + n),
      requestId: `request-${n}`,
      clientId: 'client-1',
      tokenId: null,
      address: '203.0.113.7',
      method: 'POST',
      route: '/api/webhooks',
      target: null,
      ...change,
    };
    rows.push(
      linkRow(rows.at(-1) ?? null, call, { status: 201, isReplay: false, before: null, after: null }),
    );
  }
  return rows;
}

/** As the store hands them out: by rising number. */
function judge(rows: readonly AuditRow[], mark: AuditMark | null = null): AuditVerdict {
  const judging = createChainJudge(CHAIN, mark);
  for (const row of [...rows].sort((one, other) => one.n - other.n)) judging.see(row);
  return judging.end();
}

function markAt(rows: readonly AuditRow[], n: number): AuditMark {
  const row = rows[n - 1];
  if (!row) throw new Error(`There is no row ${n}`);
  return { n, hash: row.hash };
}

const rows = chainOf(9);
const edit = (n: number, change: Partial<AuditRow>) =>
  rows.map((row) => (row.n === n ? { ...row, ...change } : row));

describe('a chain that nobody touched', () => {
  it('holds, empty or long, with a mark of any of its rows', () => {
    expect(judge([])).toEqual({ chain: CHAIN, ok: true, rows: 0, brokenAt: null, fault: null, head: null });
    expect(judge(rows)).toMatchObject({ ok: true, rows: 9, head: markAt(rows, 9) });
    for (const { n } of rows) expect(judge(rows, markAt(rows, n)).ok).toBe(true);
  });
});

describe('a row', () => {
  it.each<[string, Partial<AuditRow>]>([
    ['who', { clientId: 'client-2' }],
    ['what', { method: 'DELETE' }],
    ['when', { at: new Date(0) }],
    ['outcome', { status: 404 }],
    ['chain', { chain: 'org-2' }],
    ['hash', { hash: '0'.repeat(64) }],
    ['link', { previous: '0'.repeat(64) }],
    ['id', { _id: 'org-1~99' }],
    ['members, by one more', { more: true } as object],
  ])('whose %s was changed shows', (_, change) => {
    expect(judge(edit(4, change))).toMatchObject({ ok: false, brokenAt: 4, fault: 'changed', rows: 9 });
  });

  it('that was changed and hashed anew shows in the next', () => {
    const forged = { ...(rows[3] as AuditRow), status: 404 }; // there are nine
    const anew = edit(4, { status: 404, hash: hashRow(forged) });
    expect(judge(anew)).toMatchObject({ ok: false, brokenAt: 5, fault: 'unlinked' });
  });

  it.each([1, 4, 8])('%i that was removed shows, and how far the chain holds', (n) => {
    const verdict = judge(rows.filter((row) => row.n !== n));
    expect(verdict).toMatchObject({ ok: false, brokenAt: n, fault: 'missing', rows: 8 });
    expect(verdict.head).toEqual(n === 1 ? null : markAt(rows, n - 1));
  });

  it('that changed places with another shows, with its number or without', () => {
    const [four, five] = rows.slice(3, 5) as [AuditRow, AuditRow];
    const places = [
      { ...four, _id: five._id, n: 5 },
      { ...five, _id: four._id, n: 4 },
    ];
    const rest = rows.filter(({ n }) => n !== 4 && n !== 5);
    expect(judge([...rest, ...places])).toMatchObject({ ok: false, brokenAt: 4, fault: 'changed' });
    const hashed = places.map((row) => ({ ...row, hash: hashRow(row) }));
    expect(judge([...rest, ...hashed])).toMatchObject({ ok: false, brokenAt: 4, fault: 'unlinked' });
  });

  it('that was put in shows', () => {
    const twice = { ...(rows[3] as AuditRow), _id: 'other' }; // there are nine
    expect(judge([...rows, twice])).toMatchObject({ ok: false, brokenAt: 5, fault: 'unlinked' });
  });
});

describe('the end of a chain', () => {
  it('that was removed does not show by itself: what is left is a chain', () => {
    expect(judge(rows.slice(0, 6))).toMatchObject({ ok: true, rows: 6 });
  });

  it('that was removed shows by a mark kept elsewhere', () => {
    const verdict = judge(rows.slice(0, 6), markAt(rows, 8));
    expect(verdict).toMatchObject({ ok: false, brokenAt: 7, fault: 'missing' });
    expect(judge([], markAt(rows, 1))).toMatchObject({ ok: false, brokenAt: 1, fault: 'missing' });
  });

  it('that was written anew does not show by itself, but by a mark', () => {
    const forged = chainOf(9, { clientId: 'client-2' });
    expect(judge(forged).ok).toBe(true);
    expect(judge(forged, markAt(rows, 3))).toMatchObject({ ok: false, brokenAt: 3, fault: 'changed' });
  });
});

it('shows every change of every row but the removal of the last ones', () => {
  const change = fc.record({
    n: fc.integer({ min: 1, max: 9 }),
    field: fc.constantFrom(
      'clientId',
      'target',
      'requestId',
      'status',
      'n',
      'at',
      'hash',
      'previous',
      'callId',
    ),
    value: fc.oneof(fc.string(), fc.integer(), fc.constant(null), fc.date({ noInvalidDate: true })),
  });
  fc.assert(
    fc.property(change, ({ n, field, value }) => {
      const before = Reflect.get(rows[n - 1] ?? {}, field);
      fc.pre(JSON.stringify(before) !== JSON.stringify(value));
      const verdict = judge(edit(n, { [field]: value }));
      expect(verdict.ok).toBe(false);
      expect(verdict.brokenAt).toBeLessThanOrEqual(n);
    }),
  );
});
