import { createTestDatabase } from '@envase/testing';
import { afterEach, describe, expect, it } from 'vitest';
import { at, delivery, event, tenant } from '../../test/documents.ts';
import { connectDatabase, type Database } from '../connect.ts';
import { migrations } from './list.ts';
import { assertMigrated, migrate } from './migrate.ts';
import { defaultRetention } from './retention.ts';

const opened: Database[] = [];
const names = migrations.map(({ name }) => name);
const DAY_S = 86_400;

async function open(uri = createTestDatabase().uri): Promise<Database> {
  const db = await connectDatabase({ uri });
  opened.push(db);
  return db;
}

afterEach(async () => {
  for (const [index, db] of opened.splice(0).entries()) {
    if (index === 0) await db.connection.dropDatabase();
    await db.close();
  }
});

async function indexesOf(db: Database, collection: string): Promise<Record<string, object>> {
  const indexes = await db.connection.collection(collection).indexes();
  return Object.fromEntries(indexes.map((index) => [index.name ?? '', index]));
}

it('names migrations by their time, in order', () => {
  expect(names.every((name) => /^\d{14}-[a-z0-9-]+$/.test(name))).toBe(true);
  expect(names).toEqual(names.toSorted());
});

it('refuses an older schema and says what to run', async () => {
  const { connection } = await open();
  await expect(assertMigrated(connection)).rejects.toMatchObject({
    code: 'unavailable',
    message: expect.stringContaining('pnpm envase migrate'),
  });
  await migrate(connection);
  await assertMigrated(connection);
});

it('accepts a newer schema', async () => {
  const { connection } = await open();
  await migrate(connection);
  await connection
    .collection<{ _id: string }>('migrations')
    .insertOne({ _id: '99990101000000-from-the-future' });
  await assertMigrated(connection);
});

it('applies once and says so', async () => {
  const { connection } = await open();
  const lines: string[] = [];
  const report = (line: string) => lines.push(line);
  expect(await migrate(connection, { report })).toEqual(names);
  expect(await migrate(connection, { report })).toEqual([]);
  expect(lines).toEqual([
    ...names.map((name) => `Applying ${name}`),
    `Applied ${names.length}`,
    'The schema is up to date',
  ]);
});

it('may run in several processes at once', async () => {
  const { uri } = createTestDatabase();
  const databases = await Promise.all(Array.from({ length: 6 }, () => open(uri)));
  await Promise.all(databases.map(({ connection }) => migrate(connection)));
  const [first] = databases as [Database];
  await assertMigrated(first.connection);
  const applied = await first.connection.collection('migrations').find().toArray();
  expect(applied.map(({ _id }) => String(_id))).toEqual(names);
  expect(Object.keys(await indexesOf(first, 'events')).length).toBeGreaterThan(5);
});

it('leaves what is stored as it is', async () => {
  const db = await open();
  await migrate(db.connection);
  const stored = event();
  await db.repositories.events.insertPublished(stored);
  await db.connection.collection('migrations').deleteMany({});
  await migrate(db.connection);
  expect(await db.repositories.events.get(stored._id)).toEqual(stored);
});

describe('indexes', () => {
  it('of what is owed hold nothing else', async () => {
    const db = await open();
    await migrate(db.connection);
    const owed = {
      events: ['owing'],
      inbox: ['owing'],
      deliveries: ['due_of_hook', 'due', 'open_in_order'],
      traces: ['pump', 'leased', 'scheduled', 'outbox'],
    };
    for (const [collection, expected] of Object.entries(owed)) {
      const indexes = await indexesOf(db, collection);
      for (const name of expected) expect(indexes[name]).toHaveProperty('partialFilterExpression');
    }
    expect(await indexesOf(db, 'events')).toMatchObject({ idempotency: { unique: true } });
    expect(await indexesOf(db, 'webhooks')).toMatchObject({ registration: { unique: true } });
    expect(await indexesOf(db, 'audit')).toMatchObject({ chain: { unique: true }, call: { unique: true } });
    expect(await indexesOf(db, 'idempotency')).toMatchObject({ expired: { expireAfterSeconds: 0 } });
  });

  /** The filters of the hot queries, and the index each is to use. */
  const queries: [collection: string, filter: object, index: string][] = [
    ['events', { todo: 'hooks', dueAt: { $gt: new Date(0), $lte: at(0) } }, 'owing'],
    ['events', { 'idem.id': 'x' }, 'idempotency'],
    ['events', { orgId: 'o', svcId: 's', _id: { $lt: 'x' } }, 'by_service'],
    ['events', { orgId: 'o', _id: { $lt: 'x' } }, 'by_organization'],
    ['events', { traceId: 't', sequence: { $lt: 3 } }, 'by_trace'],
    ['webhooks', { registration: 'x' }, 'registration'],
    ['deliveries', { webhookId: 'h', dueAt: { $gt: new Date(0), $lte: at(0) } }, 'due_of_hook'],
    ['deliveries', { dueAt: { $gt: new Date(0), $lte: at(0) } }, 'due'],
    ['deliveries', { webhookId: 'h', state: { $in: ['pending', 'dead'] } }, 'by_hook_and_state'],
    ['deliveries', { webhookId: 'h', traceId: 't', openSequence: { $gte: 0, $lt: 3 } }, 'open_in_order'],
    ['deliveries', { webhookId: 'h', pos: null }, 'by_place'],
    ['deliveries', { webhookId: 'h', pos: { $gt: 3, $lte: 9 } }, 'by_place'],
    ['audit', { chain: 'o', n: { $gt: 0 } }, 'chain'],
    ['audit', { callId: 'c' }, 'call'],
    ['audit', { openedAt: { $gt: new Date(0), $lt: at(0) } }, 'open'],
    ['traces', { via: 'apm', priority: 0, pumpAt: { $gt: new Date(0), $lte: at(0) } }, 'pump'],
    ['traces', { queuedUntil: { $gt: new Date(0) } }, 'leased'],
    ['traces', { nextTraceAt: { $gt: new Date(0), $lte: at(0) } }, 'scheduled'],
    ['traces', { outboxAt: { $gt: new Date(0), $lte: at(0) } }, 'outbox'],
    ['traces', { orgId: 'o', createdAt: { $lt: at(0) } }, 'by_organization'],
    ['traces', { orgId: 'o', svcId: 's', number: { $in: ['n'] } }, 'by_number'],
    ['traces', { via: 'v', number: { $in: ['n'] } }, 'by_box'],
    ['inbox', { dueAt: { $gt: new Date(0), $lte: at(0) } }, 'owing'],
    ['observations', { traceId: 't', _id: { $gt: 'x' } }, 'by_trace'],
    ['clients', { changedAt: { $gte: at(0) } }, 'changed'],
    ['revocations', { revokedAt: { $gte: at(0) } }, 'revoked'],
  ];

  it('serve the queries that they were made for', async () => {
    const db = await open();
    await migrate(db.connection, { retention: null });
    for (const [collection, filter, index] of queries) {
      const plan = await db.connection.collection(collection).find(filter).explain();
      expect(JSON.stringify(plan.queryPlanner.winningPlan), `${collection} ${index}`).toContain(`"${index}"`);
    }
  });

  it('of closed deliveries shrink: what is delivered or dead is no longer due', async () => {
    const db = await open();
    await migrate(db.connection);
    const { deliveries } = db.repositories;
    const row = delivery();
    await deliveries.insertMissing([row]);
    const attempt = { at: at(1), status: 200, durationMs: 1, error: null, answer: null };
    await deliveries.record([{ id: row._id, attemptCount: 0, state: 'dead', dueAt: null, attempt }]);
    expect(await deliveries.findDue(row.webhookId, at(1e9), 10)).toEqual([]);
    expect(await deliveries.find(tenant(['org-1', 'svc-1']), row._id)).not.toHaveProperty('endedAt');
    expect(await db.connection.collection('deliveries').findOne({})).toMatchObject({ endedAt: at(1) });
  });
});

describe('retention', () => {
  it('is 400 days for events and observations, 30 for delivered, 90 for dead', async () => {
    const db = await open();
    await migrate(db.connection);
    const days = async (collection: string, field: string) => {
      const index = (await indexesOf(db, collection))[`retention_${field}`];
      return (index as { expireAfterSeconds: number }).expireAfterSeconds / DAY_S;
    };
    expect(await days('events', 'createdAt')).toBe(400);
    expect(await days('observations', 'lastAt')).toBe(400);
    expect(await days('deliveries', 'deliveredAt')).toBe(30);
    expect(await days('deliveries', 'endedAt')).toBe(90);
  });

  it('follows what is configured at the next run, and stays as it is with null', async () => {
    const db = await open();
    await migrate(db.connection);
    const seconds = async () => (await indexesOf(db, 'deliveries')).retention_deliveredAt;
    await migrate(db.connection, { retention: { ...defaultRetention, deliveredDays: 7 } });
    expect(await seconds()).toMatchObject({ expireAfterSeconds: 7 * DAY_S });
    await migrate(db.connection, { retention: null });
    expect(await seconds()).toMatchObject({ expireAfterSeconds: 7 * DAY_S });
    const none = { ...defaultRetention, eventDays: 0 };
    await expect(migrate(db.connection, { retention: none })).rejects.toThrow('more than 0 days');
  });
});
