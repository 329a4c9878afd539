import { describe, expect, it } from 'vitest';
import { event } from '../../test/documents.ts';
import { useDatabase } from '../../test/open-database.ts';
import type { EventDoc } from '../documents.ts';
import { collectionOf } from '../models.ts';
import { createInsertTogether } from './insert-together.ts';

const db = useDatabase();
const open = () => {
  const events = collectionOf<EventDoc>(db().connection, 'events');
  return { events, insert: createInsertTogether(events) };
};
const many = (count: number, build: (n: number) => EventDoc = () => event()) =>
  Array.from({ length: count }, (_, n) => build(n));

describe('inserting what comes at once together', () => {
  it('writes each and says so', async () => {
    const { events, insert } = open();
    const made = many(250);
    expect(new Set(await Promise.all(made.map(insert)))).toEqual(new Set([true]));
    const found = await events.find({ _id: { $in: made.map(({ _id }) => _id) } }).toArray();
    expect(found.toSorted((a, b) => (a._id < b._id ? -1 : 1))).toEqual(made);
  });

  it('tells exactly those whose key is taken', async () => {
    const { insert } = open();
    const made = many(30, (n) => event({ idem: { id: `together-${n % 20}`, bodyHash: 'a' } }));
    const written = await Promise.all(made.map(insert));
    expect(written.filter(Boolean)).toHaveLength(20);
    const again = [...many(10), ...made];
    const repeated = await Promise.all(again.map(insert));
    expect(repeated.map((isWritten, n) => isWritten === n < 10)).not.toContain(false);
  });

  it('refuses what cannot be stored, and nothing beside it', async () => {
    const { insert } = open();
    // Above the 16 MB that a document may have.
    const made = many(12, (n) => event(n === 8 ? { payload: `"${'x'.repeat(17 * 1024 * 1024)}"` } : {}));
    const settled = await Promise.allSettled(made.map(insert));
    expect(settled.flatMap(({ status }, n) => (status === 'rejected' ? [n] : []))).toEqual([8]);
  });
});
