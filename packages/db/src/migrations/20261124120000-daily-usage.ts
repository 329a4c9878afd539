import { ensureCollection, ensureIndex, type Migration } from './migration.ts';

export const dailyUsage: Migration = {
  name: '20261124120000-daily-usage',
  up: async (database) => {
    await ensureCollection(database, 'usage');
    // The days of an organization, in a range.
    await ensureIndex(database, {
      collection: 'usage',
      name: 'by_organization',
      key: { orgId: 1, date: 1 },
    });
  },
};
