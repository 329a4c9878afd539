import { ensureCollection, ensureIndex, type IndexPlan, type Migration } from './migration.ts';

const collections = ['idempotency', 'audit', 'credentials', 'delivery_streams'];

const indexes: IndexPlan[] = [
  // Forgets a key once it is free again.
  { collection: 'idempotency', name: 'expired', key: { expiresAt: 1 }, expireAfterSeconds: 0 },
  // The newest row of a chain, and all of them in order.
  {
    collection: 'audit',
    name: 'chain',
    key: { chain: 1, n: 1 },
    unique: true,
    partialFilterExpression: { n: { $gt: 0 } },
  },
  // One row per call.
  {
    collection: 'audit',
    name: 'call',
    key: { callId: 1 },
    unique: true,
    partialFilterExpression: { callId: { $gt: '' } },
  },
  // Calls that have no row yet, oldest first.
  {
    collection: 'audit',
    name: 'open',
    key: { openedAt: 1 },
    partialFilterExpression: { openedAt: { $gt: new Date(0) } },
  },
  // Pulling: a hook's deliveries without a place (they come first), and those after a place.
  { collection: 'deliveries', name: 'by_place', key: { webhookId: 1, pos: 1, _id: 1 } },
];

export const keysAuditLoginsAndPulling: Migration = {
  name: '20261124100000-keys-audit-logins-and-pulling',
  up: async (database) => {
    for (const name of collections) await ensureCollection(database, name);
    for (const index of indexes) await ensureIndex(database, index);
  },
};
