import { ensureCollection, ensureIndex, type Migration } from './migration.ts';

export const pauses: Migration = {
  name: '20261124140000-pauses',
  up: async (database) => {
    await ensureCollection(database, 'pauses');
    // Forgets a pause that ended by itself.
    await ensureIndex(database, {
      collection: 'pauses',
      name: 'expired',
      key: { until: 1 },
      expireAfterSeconds: 0,
    });
  },
};
