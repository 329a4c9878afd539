import { ensureCollection, type Migration } from './migration.ts';

export const cadenceRules: Migration = {
  name: '20261124150000-cadence-rules',
  up: (database) => ensureCollection(database, 'cadence_rules'),
};
