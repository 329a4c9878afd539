import type { EventDoc } from '@envase/db';
import {
  connectEvents,
  connectRedis,
  createSoloGate,
  type LaneWorker,
  type Pump,
  type Redis,
  webhookDeliveries,
} from '@envase/queues';
import { clearFailpoints, newEventId, setFailpoint } from '@envase/runtime';
import { waitFor } from '@envase/testing';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { ApiClient } from '../../test/api-client.ts';
import { containerEvent, gateEvent, gateHook } from '../../test/build.ts';
import { requireRedisUrl, startTestApi, type TestApi } from '../../test/start-test-api.ts';
import { startFanOut } from './start-fan-out.ts';

let api: TestApi;
let client: ApiClient;
let redis: Redis;
let pump: Pump;
const parts: (LaneWorker | Pump)[] = [];

beforeAll(async () => {
  api = await startTestApi();
  client = await api.addClient({ grants: [{ orgId: 'org-a', svcId: '*' }] });
  redis = connectRedis({ url: requireRedisUrl(), role: 'worker', logger: api.logger });
  const program = {
    ...api,
    workerRedis: redis,
    gate: createSoloGate(),
    run: (...started: (LaneWorker | Pump)[]) => {
      parts.push(...started);
      for (const part of started) part.run();
    },
  };
  pump = startFanOut(program, api);
});
afterEach(() => clearFailpoints());
afterAll(async () => {
  await Promise.all(parts.map((part) => part.close(2_000)));
  redis.disconnect();
  await api[Symbol.asyncDispose]();
});

async function register(changes: Record<string, unknown> = {}, by = client): Promise<string> {
  const { body } = await by.post('/api/webhooks', gateHook(changes));
  return String(body.id);
}

async function publish(event: object): Promise<string> {
  return String((await client.post('/api/events', event)).body.id);
}

async function fannedOut(eventId: string): Promise<EventDoc> {
  const isDone = async () => {
    const event = await api.db.repositories.events.get(eventId);
    return event && !event.todo.includes('hooks') && event;
  };
  return waitFor(isDone, { what: 'the fan-out of the event' });
}

async function deliveriesOf(eventId: string) {
  const found = await api.db.connection.collection('deliveries').find({ eventId }).toArray();
  return found.map(({ webhookId, action, state, dueAt }) => ({ webhookId, action, state, isDue: !!dueAt }));
}

/** Stores an event as if its process had died before it told the queues. */
async function storeOwing(changes: Partial<EventDoc> = {}): Promise<string> {
  const _id = newEventId();
  await api.db.repositories.events.insertPublished({
    _id,
    orgId: 'org-a',
    svcId: 'svc-1',
    clientId: client.clientId,
    type: 'GATE',
    action: 'INTERCHANGE_PROCESSED',
    origin: 'connect-data',
    isTest: false,
    payload: '{}',
    traceId: null,
    sequence: null,
    createdAt: new Date(),
    todo: ['hooks'],
    dueAt: new Date(),
    ...changes,
  });
  return _id;
}

describe('event.fan-out', () => {
  it('makes one delivery for each hook that listens, and wakes its lane', async () => {
    const svcId = 'svc-many';
    const narrow = await api.addClient({ grants: [{ orgId: 'org-a', svcId }] });
    const [named, all, filtered] = [
      await register({ orgId: 'org-a', svcId }),
      await register({ triggers: ['*'], entityType: '*' }, narrow),
      await register({ filters: [{ 'payload.gate': 7, svcId }] }),
    ];
    await register({ orgId: 'org-a', svcId: 'svc-other' });
    await register({ filters: [{ 'payload.gate': 8 }] });
    await register({ triggers: ['OTHER'] });
    await register({ isTest: true });
    const pulled = await register({ url: undefined, delivery: 'pull', orgId: 'org-a', svcId });
    const drains = await countDrains();
    const eventId = await publish(gateEvent({ svcId }));
    const event = await fannedOut(eventId);
    expect(event).toMatchObject({ todo: [] });
    expect(event).not.toHaveProperty('dueAt');
    const made = await deliveriesOf(eventId);
    const pending = { action: 'INTERCHANGE_PROCESSED', state: 'pending' };
    const expected = [named, all, filtered, pulled].map((webhookId) => ({
      webhookId,
      ...pending,
      isDue: webhookId !== pulled,
    }));
    expect(made).toHaveLength(4);
    expect(made).toEqual(expect.arrayContaining(expected));
    await waitFor(async () => (await countDrains()) === drains + 3, { what: 'three lanes' });
  });

  it('names an event as its hook does', async () => {
    const svcId = 'svc-names';
    const owner = { orgId: 'org-a', svcId };
    const hooks = [
      await register({ ...owner, entityType: 'CONTAINER', triggers: ['TRACE_ERRORS'] }),
      await register({ ...owner, entityType: 'CONTAINER', triggers: ['TRACE_ERROR'] }),
    ];
    const eventId = await storeOwing({ ...owner, type: 'CONTAINER', action: 'TRACE_ERROR', payload: {} });
    await fannedOut(eventId);
    const made = await deliveriesOf(eventId);
    const named = hooks.map((id) => made.find(({ webhookId }) => webhookId === id)?.action);
    expect(named).toEqual(['TRACE_ERRORS', 'TRACE_ERROR']);
  });

  it('tells what it says of a hook to the other hooks of its owner only', async () => {
    const svcId = 'svc-about';
    const owner = { orgId: 'org-a', svcId };
    const colleague = await api.addClient({ grants: [{ orgId: 'org-a', svcId: '*' }] });
    const listening = { ...owner, entityType: 'WEBHOOK', triggers: ['DISABLED'] };
    const [other, disabled] = [
      await register(listening),
      await register({ ...owner, entityType: '*', triggers: ['*'] }),
    ];
    await register(listening, colleague);
    const about = { clientId: client.clientId, webhookId: disabled };
    const eventId = await storeOwing({ ...owner, type: 'WEBHOOK', action: 'DISABLED', payload: {}, about });
    await fannedOut(eventId);
    expect((await deliveriesOf(eventId)).map(({ webhookId }) => webhookId)).toEqual([other]);
  });

  it('leaves a trace request owed to the Trace Manager', async () => {
    const event = await fannedOut(await publish(containerEvent({ svcId: 'svc-trace' })));
    expect(event).toMatchObject({ todo: ['trace'], dueAt: expect.any(Date) });
  });

  it('passes over hooks of clients that are disabled or no longer granted', async () => {
    const svcId = 'svc-clients';
    const grants = [{ orgId: 'org-a', svcId: '*' }];
    const [disabled, moved, kept] = await Promise.all([1, 2, 3].map(() => api.addClient({ grants })));
    if (!disabled || !moved || !kept) throw new Error('Three clients were made');
    const owner = { orgId: 'org-a', svcId };
    await register(owner, disabled);
    await register(owner, moved);
    const hook = await register(owner, kept);
    await change(disabled.clientId, { status: 'disabled' });
    await change(moved.clientId, { grants: [{ orgId: 'org-b', svcId: '*' }] });
    await api.directory.refresh();
    const eventId = await publish(gateEvent({ svcId }));
    await fannedOut(eventId);
    expect((await deliveriesOf(eventId)).map(({ webhookId }) => webhookId)).toEqual([hook]);
  });
});

describe('crashes', () => {
  it.each(['C7', 'C8'])('at %s cost no delivery and make none twice', async (point) => {
    const svcId = `svc-${point}`;
    const webhookId = await register({ orgId: 'org-a', svcId });
    let hits = 0;
    setFailpoint(point, () => {
      hits += 1;
      throw new Error(`The process died at ${point}`);
    });
    const eventId = await publish(gateEvent({ svcId }));
    await waitFor(() => hits > 0, { what: 'the crash' });
    expect((await api.db.repositories.events.get(eventId))?.todo).toEqual(['hooks']);
    expect(await deliveriesOf(eventId)).toHaveLength(point === 'C7' ? 0 : 1);
    clearFailpoints();
    await fannedOut(eventId);
    expect(await deliveriesOf(eventId)).toMatchObject([{ webhookId, state: 'pending', isDue: true }]);
  });

  it('leave what was never queued to the pump', async () => {
    const svcId = 'svc-lost';
    const webhookId = await register({ orgId: 'org-a', svcId });
    const eventId = await storeOwing({ svcId });
    await fannedOut(eventId);
    expect(await deliveriesOf(eventId)).toMatchObject([{ webhookId }]);
  });

  it('after a flush are repaired once the scheduler is back', async () => {
    const svcId = 'svc-flush';
    await register({ orgId: 'org-a', svcId });
    await removeKeys();
    const eventIds = await Promise.all(Array.from({ length: 5 }, () => storeOwing({ svcId })));
    await pump.revive();
    await Promise.all(eventIds.map(fannedOut));
  });

  it('do nothing to an event that is gone or owes nothing', async () => {
    const owesNothing = await storeOwing({ todo: [] });
    await api.producer.addLanes(connectEvents, 'event.fan-out', [
      { laneId: 'gone', data: { eventId: newEventId() } },
      { laneId: owesNothing, data: { eventId: owesNothing } },
    ]);
    await waitFor(async () => (await api.producer.counts(connectEvents)).waiting === 0, { what: 'the runs' });
    expect(await deliveriesOf(owesNothing)).toEqual([]);
  });
});

async function change(clientId: string, changes: object): Promise<void> {
  const { clients } = api.db.repositories;
  const client = await clients.find(clientId);
  if (!client) throw new Error('The client is gone');
  await clients.swap(client.changedAt, { ...client, ...changes, changedAt: new Date() });
}

async function countDrains(): Promise<number> {
  return (await api.producer.counts(webhookDeliveries)).waiting;
}

async function removeKeys(): Promise<void> {
  for await (const keys of api.redis.scanStream({ match: `${api.prefix}:*`, count: 500 })) {
    if (keys.length > 0) await api.redis.del(...(keys as string[]));
  }
}
