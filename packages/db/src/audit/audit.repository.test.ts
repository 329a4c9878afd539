import { newUuid } from '@envase/runtime';
import { describe, expect, it } from 'vitest';
import { at } from '../../test/documents.ts';
import { useDatabase } from '../../test/open-database.ts';
import type { AuditCallDoc, AuditRowDoc } from './audit-documents.ts';

const db = useDatabase();
const audit = () => db().repositories.audit;

function call(changes: Partial<AuditCallDoc> = {}): AuditCallDoc {
  return {
    callId: newUuid(),
    chain: `org-${newUuid()}`,
    at: at(0),
    requestId: 'r-1',
    clientId: 'client-1',
    tokenId: 'jti-1',
    address: '203.0.113.7',
    method: 'POST',
    route: '/api/webhooks',
    target: null,
    ...changes,
  };
}

function row(chain: string, n: number, changes: Partial<AuditRowDoc> = {}): AuditRowDoc {
  const outcome = { status: 201, isReplay: false, before: null, after: null };
  return {
    _id: `${chain}~${n}`,
    n,
    ...call({ chain }),
    ...outcome,
    previous: `hash-${n - 1}`,
    hash: `hash-${n}`,
    ...changes,
  };
}

async function rowsOf(chain: string): Promise<AuditRowDoc[]> {
  const rows: AuditRowDoc[] = [];
  await audit().forEachRow(chain, (one) => rows.push(one));
  return rows;
}

describe('rows', () => {
  it('come back as they were put in, by rising number, of one chain only', async () => {
    const chain = `org-${newUuid()}`;
    const rows = Array.from({ length: 12 }, (_, index) => row(chain, index + 1));
    for (const one of rows.toReversed()) expect(await audit().insert(one)).toBe(true);
    await audit().insert(row(`${chain}~1`, 1));
    expect(await rowsOf(chain)).toEqual(rows);
    expect(await audit().head(chain)).toEqual({ n: 12, hash: 'hash-12' });
    expect(await audit().head('org-unknown')).toBeNull();
    expect(await audit().chains()).toEqual(expect.arrayContaining([chain, `${chain}~1`]));
  });

  it('let one of 30 at once have a number', async () => {
    const chain = `org-${newUuid()}`;
    const written = await Promise.all(Array.from({ length: 30 }, () => audit().insert(row(chain, 1))));
    expect(written.filter(Boolean)).toHaveLength(1);
  });

  it('are one per call, whatever their number', async () => {
    const chain = `org-${newUuid()}`;
    const first = row(chain, 1);
    await audit().insert(first);
    expect(await audit().insert(first)).toBe(true);
    expect(await audit().insert(row(chain, 2, { callId: first.callId }))).toBe(true);
    expect(await rowsOf(chain)).toEqual([first]);
  });
});

describe('notes', () => {
  it('stand until they are taken away, oldest first, and are no rows', async () => {
    const chain = `org-${newUuid()}`;
    const [one, two, young] = [5, 3, 9].map((ms) => call({ chain, at: at(ms - 1e9) })) as [
      AuditCallDoc,
      AuditCallDoc,
      AuditCallDoc,
    ];
    for (const noted of [one, two, young, one]) await audit().open(noted);
    expect(await audit().findOpen(at(9 - 1e9), 10)).toEqual([two, one]);
    expect(await audit().findOpen(at(9 - 1e9), 1)).toEqual([two]);
    await audit().close(two);
    expect(await audit().findOpen(at(9 - 1e9), 10)).toEqual([one]);
    expect([await rowsOf(chain), await audit().head(chain)]).toEqual([[], null]);
    expect(await audit().chains()).not.toContain(chain);
  });
});
