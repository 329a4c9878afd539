import { ensureIndex, type IndexPlan, type Migration } from './migration.ts';

// The condition of indexes that hold only what is owed; queries repeat it (`isSet`).
const set = { $gt: new Date(0) };

const indexes: IndexPlan[] = [
  // The pump of the lanes: hooks whose replay goes on.
  {
    collection: 'webhooks',
    name: 'replaying',
    key: { 'replay.dueAt': 1 },
    partialFilterExpression: { 'replay.dueAt': set },
  },
  // The same: hooks that were disabled, and nobody was told yet.
  {
    collection: 'webhooks',
    name: 'noticing',
    key: { 'health.notice.dueAt': 1 },
    partialFilterExpression: { 'health.notice.dueAt': set },
  },
];

export const replaysAndNotices: Migration = {
  name: '20261124130000-replays-and-notices',
  up: async (database) => {
    for (const index of indexes) await ensureIndex(database, index);
  },
};
