import { AppError } from '@envase/runtime';
import { createTestDatabase, waitFor } from '@envase/testing';
import { describe, expect, it } from 'vitest';
import { startCuttableProxy } from '../test/cuttable-proxy.ts';
import { at, delivery, event, observation, tenant, trace, webhook } from '../test/documents.ts';
import { connectDatabase } from './connect.ts';
import { migrate } from './migrations/migrate.ts';
import { collectionOf, modelOf } from './models.ts';
import { createSchemas } from './schemas.ts';

const away = expect.objectContaining({ code: 'unavailable', retryAfterSeconds: 1 });
const isAway = (answer: PromiseSettledResult<unknown>) =>
  answer.status === 'rejected' && answer.reason instanceof AppError && answer.reason.code === 'unavailable';
const here = new URL(process.env.MONGODB_URI ?? '');

it('connects, answers pings, tells how far the clocks are apart, and closes', async () => {
  const db = await connectDatabase({ uri: createTestDatabase().uri });
  await db.ping();
  const skewMs = await db.clockSkewMs();
  expect(Number.isInteger(skewMs)).toBe(true);
  expect(Math.abs(skewMs)).toBeLessThan(1_000);
  await db.close();
  await expect(db.ping()).rejects.toMatchObject({ code: 'unavailable' });
  await expect(db.repositories.events.get('x')).rejects.toMatchObject({ code: 'unavailable' });
});

it('takes the database envase where the address names none', async () => {
  const named = await connectDatabase({ uri: createTestDatabase().uri });
  const unnamed = await connectDatabase({ uri: `${here.protocol}//${here.host}/?appName=test` });
  expect(named.connection.name).toMatch(/^envase-test-/);
  expect(unnamed.connection.name).toBe('envase');
  await Promise.all([named.close(), unnamed.close()]);
});

it('says that the database is unavailable, without its address or login', async () => {
  const uri = 'mongodb://user:canary-password@127.0.0.1:1/x?serverSelectionTimeoutMS=100';
  const error: unknown = await connectDatabase({ uri }).catch((thrown: unknown) => thrown);
  expect(error).toEqual(away);
  expect(String(error)).not.toMatch(/canary|127\.0\.0\.1/);
});

it('answers `unavailable` from every kind of call while the database is away, and works again after', async () => {
  const proxy = await startCuttableProxy({ host: here.hostname, port: Number(here.port) });
  const { name } = createTestDatabase();
  const options = 'directConnection=true&serverSelectionTimeoutMS=300&heartbeatFrequencyMS=500';
  const db = await connectDatabase({ uri: `mongodb://127.0.0.1:${proxy.port}/${name}?${options}` });
  await migrate(db.connection, { retention: null });
  const { events, traces, deliveries, webhooks, observations, idempotency, audit } = db.repositories;
  proxy.cut();
  const calls = [
    () => events.insertPublished(event()),
    () => events.insertResults([event()]),
    () => events.list(tenant(['o', 's']), {}, { limit: 1 }),
    () => events.countOwing(),
    () => traces.swap([{ expectedRev: 1, trace: trace() }]),
    () => traces.countTracing(),
    () => deliveries.insertMissing([delivery()]),
    () => deliveries.findDue('h', at(0), 1),
    () => webhooks.insertOrFind(webhook()),
    () => observations.record([observation('h')]),
    () => deliveries.listAfter(tenant(['o', 's']), 'h', { limit: 1 }),
    () => idempotency.release('i', 'o'),
    () => audit.forEachRow('c', () => undefined),
    () => db.ping(),
    () => migrate(db.connection),
  ];
  const answers = await Promise.allSettled(calls.map((call) => call()));
  const others = answers.flatMap((answer, index) => (isAway(answer) ? [] : [String(calls[index])]));
  expect(others).toEqual([]);
  proxy.mend();
  await waitFor(() => events.insertPublished(event()), { what: 'a publish after the database came back' });
  await db.connection.dropDatabase();
  await db.close();
  await proxy.close();
});

describe('mongoose', () => {
  it('has a strict model for every collection, without making indexes or collections', async () => {
    const db = await connectDatabase({ uri: createTestDatabase().uri });
    expect(Object.keys(db.connection.models).sort()).toEqual(Object.keys(createSchemas()).sort());
    for (const model of Object.values(db.connection.models)) {
      expect(model.schema.get('strict')).toBe('throw');
      expect(model.schema.get('autoIndex')).toBe(false);
      expect(model.collection.collectionName).toBe(model.modelName);
      expect(model.schema.path('_id').instance).toBe('String');
    }
    expect(await db.connection.db?.listCollections().toArray()).toEqual([]);
    await db.close();
  });

  it('refuses unknown fields and operators in values, and tenants without an organization', async () => {
    const db = await connectDatabase({ uri: createTestDatabase().uri });
    await db.repositories.events.insertPublished(event());
    const model = modelOf(db.connection, 'events');
    await expect(model.find({ orgId: 'org-1', nope: 1 })).rejects.toThrow('strictQuery');
    await expect(model.find({ orgId: 'org-1', svcId: { $ne: null } })).rejects.toThrow('Cast to string');
    await expect(model.find({ orgId: { $ne: null } })).rejects.toThrow();
    await expect(model.find({})).rejects.toThrow('needs an orgId');
    await expect(model.findOne({ svcId: 'svc-1' })).rejects.toThrow('needs an orgId');
    await expect(model.countDocuments({ orgId: undefined })).rejects.toThrow('needs an orgId');
    await expect(model.updateMany({}, { type: 'X' })).rejects.toThrow('needs an orgId');
    await expect(model.deleteMany({ orgId: '' })).rejects.toThrow('needs an orgId');
    await expect(model.distinct('type', {})).rejects.toThrow('needs an orgId');
    await expect(model.aggregate([{ $group: { _id: '$orgId' } }])).rejects.toThrow('needs an orgId');
    await expect(model.aggregate([{ $match: { orgId: 'org-1' } }])).resolves.toHaveLength(1);
    await expect(model.find({ orgId: 'org-1' })).resolves.toHaveLength(1);
    await db.connection.dropDatabase();
    await db.close();
  });

  it('reads with its models what the repositories store', async () => {
    const db = await connectDatabase({ uri: createTestDatabase().uri });
    const stored = {
      events: event({ idem: { id: 'k', bodyHash: 'b' } }),
      webhooks: webhook(),
      deliveries: delivery(),
    };
    const { events, webhooks, deliveries, traces } = db.repositories;
    await events.insertPublished(stored.events);
    await webhooks.insertOrFind(stored.webhooks);
    await deliveries.insertMissing([stored.deliveries]);
    const tracing = trace({ outbox: [event()], outboxAt: at(1) });
    await traces.swap([{ expectedRev: null, trace: tracing }]);
    for (const name of ['events', 'webhooks', 'deliveries', 'traces'] as const) {
      const raw = await collectionOf(db.connection, name).findOne({});
      const read = await modelOf(db.connection, name).findOne({ orgId: 'org-1' });
      expect(await read?.validate()).toBeUndefined();
      expect(read?.toObject()).toEqual(raw);
    }
    await db.connection.dropDatabase();
    await db.close();
  });
});
