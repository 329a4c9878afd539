import { newUuid } from '@envase/runtime';
import { expect, it } from 'vitest';
import { at } from '../../test/documents.ts';
import { useDatabase } from '../../test/open-database.ts';

const db = useDatabase();
const states = () => db().repositories.providerStates;

it('inserts once, replaces where the revision is as expected', async () => {
  const state = { _id: newUuid(), rev: 1, told: { 'apm.x': at(1) } };
  expect(await states().swap(null, state)).toBe(true);
  expect(await states().swap(null, state)).toBe(false);
  expect(await states().swap(1, { ...state, rev: 2, told: {} })).toBe(true);
  expect(await states().swap(1, { ...state, rev: 2 })).toBe(false);
  expect(await states().get(state._id)).toEqual({ ...state, rev: 2, told: {} });
});

it('does not bring back a state that is gone', async () => {
  const state = { _id: newUuid(), rev: 2 };
  expect(await states().swap(1, state)).toBe(false);
  expect(await states().get(state._id)).toBeNull();
});

it('lets one of 30 at once win', async () => {
  const _id = newUuid();
  const inserted = await Promise.all(Array.from({ length: 30 }, () => states().swap(null, { _id, rev: 1 })));
  const swapped = await Promise.all(Array.from({ length: 30 }, () => states().swap(1, { _id, rev: 2 })));
  for (const answers of [inserted, swapped]) expect(answers.filter(Boolean)).toHaveLength(1);
});

it('answers the states that are known', async () => {
  const [one, two] = [newUuid(), newUuid()];
  await states().swap(null, { _id: one, rev: 1 });
  await states().swap(null, { _id: two, rev: 1 });
  const found = await states().getMany([one, two, newUuid()]);
  expect(found.map(({ _id }) => _id).sort()).toEqual([one, two].sort());
  expect(await states().getMany([])).toEqual([]);
});
