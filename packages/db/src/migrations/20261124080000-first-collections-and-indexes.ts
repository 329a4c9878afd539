import { ensureCollection, ensureIndex, type IndexPlan, type Migration } from './migration.ts';

const collections = [
  'events',
  'webhooks',
  'deliveries',
  'traces',
  'observations',
  'provider_states',
  'clients',
  'signing_keys',
  'revocations',
];

// The condition of indexes that hold only what is owed; queries repeat it (`isSet`).
const set = { $gt: new Date(0) };

const indexes: IndexPlan[] = [
  // The pump of each kind of debt: events that owe it and whose time has come, oldest first.
  {
    collection: 'events',
    name: 'owing',
    key: { todo: 1, dueAt: 1 },
    partialFilterExpression: { dueAt: set },
  },
  // A publish with an idempotency key: refuses the second one, and finds the first.
  {
    collection: 'events',
    name: 'idempotency',
    key: { 'idem.id': 1 },
    unique: true,
    partialFilterExpression: { 'idem.id': { $gt: '' } },
  },
  // The list of a client's events where its grants name services: newest first, as ids rise with time.
  { collection: 'events', name: 'by_service', key: { orgId: 1, svcId: 1, _id: -1 } },
  // The same list where a grant stands for all services of the organization.
  { collection: 'events', name: 'by_organization', key: { orgId: 1, _id: -1 } },
  // The history of a trace, and whether an earlier event of it still owes its fan-out.
  {
    collection: 'events',
    name: 'by_trace',
    key: { traceId: 1, sequence: 1 },
    partialFilterExpression: { traceId: { $gt: '' } },
  },
  // Registering again finds the same hook (contract s6).
  { collection: 'webhooks', name: 'registration', key: { registration: 1 }, unique: true },
  // Fan-out: the hooks that may hear an event of this organization and service.
  { collection: 'webhooks', name: 'listening', key: { orgId: 1, svcId: 1 } },
  // The list of a client's hooks, newest first.
  { collection: 'webhooks', name: 'by_client', key: { clientId: 1, createdAt: -1, _id: -1 } },
  // A run of a hook's lane: what is due, longest waiting first.
  {
    collection: 'deliveries',
    name: 'due_of_hook',
    key: { webhookId: 1, dueAt: 1 },
    partialFilterExpression: { dueAt: set },
  },
  // The pump of the lanes: which hooks have something due, read from the index alone; the age of the oldest.
  {
    collection: 'deliveries',
    name: 'due',
    key: { dueAt: 1, webhookId: 1 },
    partialFilterExpression: { dueAt: set },
  },
  // The list of a hook's deliveries, newest first, in one state or (merged) in all; its counts; what is open when it is deleted.
  { collection: 'deliveries', name: 'by_hook_and_state', key: { webhookId: 1, state: 1, _id: -1 } },
  // Ordered hooks: whether a delivery of the trace below a sequence is still open.
  {
    collection: 'deliveries',
    name: 'open_in_order',
    key: { webhookId: 1, traceId: 1, openSequence: 1 },
    partialFilterExpression: { openSequence: { $gte: 0 } },
  },
  // The pump of each provider's queue: traces due and not leased, class by class; how many are traced.
  {
    collection: 'traces',
    name: 'pump',
    key: { via: 1, priority: 1, pumpAt: 1 },
    partialFilterExpression: { pumpAt: set },
  },
  // Leases to clear after Redis was emptied.
  {
    collection: 'traces',
    name: 'leased',
    key: { queuedUntil: 1 },
    partialFilterExpression: { queuedUntil: set },
  },
  // The reconciler's count of traces that are overdue, leased or not.
  {
    collection: 'traces',
    name: 'scheduled',
    key: { nextTraceAt: 1 },
    partialFilterExpression: { nextTraceAt: set },
  },
  // Outboxes that a crash left full.
  {
    collection: 'traces',
    name: 'outbox',
    key: { outboxAt: 1 },
    partialFilterExpression: { outboxAt: set },
  },
  // The list of an organization's traces, newest first.
  { collection: 'traces', name: 'by_organization', key: { orgId: 1, createdAt: -1, _id: -1 } },
  // The traces of a box: what a publish warns of, and `GET /api/containers/{number}`.
  { collection: 'traces', name: 'by_number', key: { orgId: 1, svcId: 1, number: 1 } },
  // The newest observation of many traces at once, and those of one trace after a marker.
  { collection: 'observations', name: 'by_trace', key: { traceId: 1, _id: -1 } },
  // The directory of resource servers: clients that changed since its last load.
  { collection: 'clients', name: 'changed', key: { changedAt: 1 } },
  // The same for revoked tokens.
  { collection: 'revocations', name: 'revoked', key: { revokedAt: 1 } },
  // Forgets a revoked token once it would have expired anyway.
  { collection: 'revocations', name: 'expired', key: { expiresAt: 1 }, expireAfterSeconds: 0 },
];

export const firstCollectionsAndIndexes: Migration = {
  name: '20261124080000-first-collections-and-indexes',
  up: async (database) => {
    for (const name of collections) await ensureCollection(database, name);
    for (const index of indexes) await ensureIndex(database, index);
  },
};
