import { ensureCollection, ensureIndex, type IndexPlan, type Migration } from './migration.ts';

// The condition of indexes that hold only what is owed; queries repeat it (`isSet`).
const set = { $gt: new Date(0) };

const indexes: IndexPlan[] = [
  // The pump of inbound bodies: what is not yet parsed, or not yet settled, oldest first.
  {
    collection: 'inbox',
    name: 'owing',
    key: { dueAt: 1 },
    partialFilterExpression: { dueAt: set },
  },
  // The traces of a box at one provider, whoever owns them: a notification or a retrieved result is for all.
  { collection: 'traces', name: 'by_box', key: { via: 1, number: 1 } },
];

export const inboxAndBoxes: Migration = {
  name: '20261124090000-inbox-and-boxes',
  up: async (database) => {
    await ensureCollection(database, 'inbox');
    for (const index of indexes) await ensureIndex(database, index);
  },
};
