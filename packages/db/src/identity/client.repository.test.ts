import { describe, expect, it } from 'vitest';
import { at, client } from '../../test/documents.ts';
import { useDatabase } from '../../test/open-database.ts';
import { readAllPages } from '../../test/read-all-pages.ts';

const db = useDatabase();
const clients = () => db().repositories.clients;

it('inserts a client once and finds it', async () => {
  const one = client();
  expect(await clients().insert(one)).toBe(true);
  expect(await clients().insert({ ...one, name: 'other' })).toBe(false);
  expect(await clients().find(one._id)).toEqual(one);
  expect(await clients().find('unknown')).toBeNull();
});

it('lets one of 20 changes win, and none of an unknown client', async () => {
  const one = client();
  await clients().insert(one);
  const answers = await Promise.all(
    Array.from({ length: 20 }, (_, n) =>
      clients().swap(at(0), { ...one, name: `${n}`, changedAt: at(1 + n) }),
    ),
  );
  expect(answers.filter(Boolean)).toHaveLength(1);
  expect((await clients().find(one._id))?.name).toBe(`${answers.indexOf(true)}`);
  expect(await clients().swap(at(0), client())).toBe(false);
});

it('lists newest first without tombstones', async () => {
  const rows = Array.from({ length: 8 }, (_, index) =>
    client({ createdAt: at(1_000 + Math.floor(index / 3)) }),
  );
  for (const row of rows) await clients().insert(row);
  await clients().insert(client({ status: 'deleted', createdAt: at(1_001) }));
  const read = await readAllPages((page) => clients().list(page), { limit: 3 });
  const order = rows.toSorted(
    (a, b) => b.createdAt.getTime() - a.createdAt.getTime() || (a._id < b._id ? 1 : -1),
  );
  expect(read.slice(0, rows.length)).toEqual(order);
  await expect(clients().list({ limit: 3, cursor: 'x' })).rejects.toMatchObject({ code: 'invalid_request' });
});

describe('changes', () => {
  it('since a time are found, that time and tombstones included', async () => {
    const base = 1_000_000;
    const rows = [base, base + 1, base + 2].map((ms) => client({ changedAt: at(ms) }));
    const gone = client({ status: 'deleted', secrets: [], changedAt: at(base + 3) });
    for (const row of [...rows, gone]) await clients().insert(row);
    const found = await clients().findChangedSince(at(base + 1));
    expect(found.map(({ _id }) => _id).sort()).toEqual(
      [rows[1], rows[2], gone].map((row) => row?._id).sort(),
    );
    expect((await clients().findChangedSince(null)).length).toBeGreaterThanOrEqual(4);
  });

  it('by a writer whose clock is behind, or whose write was late, reach the directory, without secrets', async () => {
    const base = 2_000_000;
    const row = client({ changedAt: at(base) });
    await clients().insert(row);
    const { secrets: _, ...entry } = row;
    // The directory has seen a change that is up to 15 s newer.
    expect(await clients().loadClientsChangedSince(at(base + 14_999))).toEqual([entry]);
    expect(await clients().loadClientsChangedSince(at(base + 60_000))).toEqual([]);
    const all = await clients().loadClientsChangedSince(null);
    expect(all).toContainEqual(entry);
    for (const one of all) expect(one).not.toHaveProperty('secrets');
  });
});
