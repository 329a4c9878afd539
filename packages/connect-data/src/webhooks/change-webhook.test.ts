import { webhookDeliveries } from '@envase/queues';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { addDelivery, gateHook } from '../../test/build.ts';
import { startTestApi, type TestApi } from '../../test/start-test-api.ts';

let api: TestApi;
beforeAll(async () => {
  api = await startTestApi();
});
afterAll(() => api[Symbol.asyncDispose]());

async function register(changes: Record<string, unknown> = {}) {
  const client = await api.addClient({ grants: [{ orgId: 'org-a', svcId: '*' }] });
  const { body } = await client.post('/api/webhooks', gateHook({ ...whole, ...changes }));
  const id = String(body.id);
  const stored = async () => {
    const hook = await api.db.repositories.webhooks.get(id);
    if (!hook) throw new Error('The hook is gone');
    return hook;
  };
  return { client, id, path: `/api/webhooks/${id}`, body, stored };
}

const whole = {
  signingKey: 'one',
  webhookHeaders: [
    { name: 'X-Auth', value: 'hidden' },
    { name: 'X-Other', value: 'hidden too' },
  ],
  filters: [{ 'payload.gate': 7 }],
  orgId: 'org-a',
  svcId: 'svc-1',
  description: 'ours',
  ordered: true,
  maxInFlight: 3,
  isTest: true,
};

describe('PUT', () => {
  it('replaces all but the key', async () => {
    const { client, path, body, stored } = await register();
    const before = await stored();
    const answer = await client.put(path, gateHook({ url: 'https://tms.example/new' }));
    expect(answer.status, answer.text).toBe(200);
    expect(answer.body).toEqual({
      ...body,
      url: 'https://tms.example/new',
      webhookHeaders: [],
      filters: [],
      orgId: null,
      svcId: null,
      description: null,
      ordered: false,
      maxInFlight: 10,
      isTest: false,
    });
    expect((await stored()).keys).toEqual(before.keys);
  });

  it('takes back what was read, and *** keeps the header', async () => {
    const { client, path, body, stored } = await register();
    const before = await stored();
    const answer = await client.put(path, body);
    expect(answer.body).toEqual(body);
    expect(await stored()).toEqual({ ...before, updatedAt: expect.any(Date) });
  });

  it('takes back what was read of a hook with nothing but the least', async () => {
    const client = await api.addClient();
    const { body } = await client.post('/api/webhooks', gateHook({ url: undefined, delivery: 'pull' }));
    const answer = await client.put(`/api/webhooks/${String(body.id)}`, body);
    expect(answer.body).toEqual(body);
  });

  it('rotates to a key that is given', async () => {
    const { client, path, stored } = await register();
    await client.put(path, gateHook({ signingKey: 'two' }));
    expect((await stored()).keys).toHaveLength(2);
  });

  it('renames the registration with it', async () => {
    const { client, path, id } = await register();
    await client.put(path, gateHook({ triggers: ['OTHER'] }));
    const again = await client.post('/api/webhooks', gateHook({ triggers: ['other'] }));
    expect([again.status, again.body.id]).toEqual([200, id]);
  });

  it('answers 409 where another hook is registered in this way', async () => {
    const { client, path } = await register();
    await client.post('/api/webhooks', gateHook());
    const answer = await client.put(path, gateHook());
    expect([answer.status, answer.body.code]).toEqual([409, 'conflict']);
  });

  it('refuses what registering refuses', async () => {
    const { client, path, body } = await register();
    expect((await client.put(path, { description: 'only' })).status).toBe(400);
    expect((await client.put(path, gateHook({ url: 'https://10.0.0.1/' }))).status).toBe(400);
    expect((await client.put(path, gateHook({ orgId: 'org-b' }))).status).toBe(403);
    expect((await client.get(path)).body).toEqual(body);
  });
});

describe('PATCH', () => {
  const changes: [changes: object, shown: object][] = [
    [{ url: 'https://tms.example/new' }, {}],
    [{ triggers: ['a', 'A', 'b'] }, { triggers: ['A', 'B'] }],
    [{ eventType: 'any' }, { entityType: 'ANY', eventType: 'ANY' }],
    [{ filters: { type: 'GATE' } }, { filters: [{ type: 'GATE' }] }],
    [{ svcId: null }, {}],
    [{ orgId: null, svcId: null }, {}],
    [{ description: null }, {}],
    [{ ordered: false, maxInFlight: 50, isTest: false, delivery: 'pull' }, {}],
    [{ unknown: 1 }, { unknown: undefined }],
    [{}, {}],
  ];
  it.each(changes)('changes nothing but %j', async (change, shown) => {
    const { client, path, body, stored } = await register();
    const before = await stored();
    const answer = await client.patch(path, change);
    expect(answer.status, answer.text).toBe(200);
    expect(answer.body).toEqual({ ...body, ...change, ...shown });
    expect((await client.get(path)).body).toEqual(answer.body);
    const { keys, headers } = await stored();
    expect({ keys, headers }).toEqual({ keys: before.keys, headers: before.headers });
  });

  it('rotates the key: the old one goes on for 24 h', async () => {
    const { client, path, stored } = await register();
    const startedAt = Date.now();
    const answer = await client.patch(path, { signingKey: 'two' });
    expect(answer.body).toMatchObject({ hasSigningKey: true, description: 'ours' });
    const [current, old] = (await stored()).keys;
    expect(current?.until).toBeNull();
    expect(old?.until?.getTime()).toBeGreaterThanOrEqual(startedAt + 24 * 60 * 60_000);
    expect((await client.patch(path, { signingKey: '' })).status).toBe(200);
    expect((await stored()).keys).toHaveLength(2);
  });

  it('keeps, changes and drops headers by what is sent', async () => {
    const { client, path, stored } = await register();
    const [auth] = (await stored()).headers;
    const webhookHeaders = [
      { name: 'x-auth', value: '***' },
      { name: 'X-New', value: 'new' },
    ];
    const answer = await client.patch(path, { webhookHeaders });
    expect(answer.body.webhookHeaders).toEqual(webhookHeaders.map(({ name }) => ({ name, value: '***' })));
    expect((await stored()).headers[0]?.sealed).toBe(auth?.sealed);
    const unknown = await client.patch(path, { webhookHeaders: [{ name: 'X-Gone', value: '***' }] });
    expect(unknown.body.details).toMatchObject([{ path: '/webhookHeaders/0/value' }]);
  });

  it('refuses what is not right', async () => {
    const { client, path } = await register();
    const bad = [
      { orgId: null },
      { triggers: [] },
      { url: null },
      { entityType: 'A', eventType: 'B' },
      [],
      1,
    ];
    for (const change of bad) {
      expect((await client.patch(path, change)).status, JSON.stringify(change)).toBe(400);
    }
  });

  it('names the hook by what is stored after two changes at once', async () => {
    const { client, path, id } = await register();
    await Promise.all([
      client.patch(path, { url: 'https://tms.example/2' }),
      client.patch(path, { triggers: ['OTHER'] }),
    ]);
    const { body } = await client.get(path);
    const { url, triggers, entityType, filters, orgId, svcId } = body;
    const again = await client.post('/api/webhooks', { url, triggers, entityType, filters, orgId, svcId });
    expect([again.status, again.body.id]).toEqual([200, id]);
  });
});

describe('POST /{id}/enable', () => {
  it('sends to a disabled hook again, what waited first', async () => {
    const { client, path, id } = await register();
    await api.db.repositories.webhooks.recordHealth(id, {
      status: 'disabled',
      reason: 'The receiver answered 410 Gone',
      failingSince: new Date(0),
      consecutiveFailures: 30,
      breakerUntil: new Date(Date.now() + 60_000),
    });
    const { clientId } = client;
    const later = { dueAt: new Date(Date.now() + 3_600_000), state: 'retrying' as const };
    const waiting = await addDelivery(api, { webhookId: id, clientId }, later);
    expect((await client.get(path)).body).toMatchObject({ status: 'disabled', pending: 1 });

    const before = await countDrains();
    const answer = await client.post(`${path}/enable`);
    expect(answer.status, answer.text).toBe(200);
    expect(answer.body).toMatchObject({ id, status: 'enabled', statusReason: null, pending: 1 });
    const due = await api.db.repositories.deliveries.findDue(id, new Date(), 10);
    expect(due.map(({ _id }) => _id)).toEqual([waiting._id]);
    expect(await countDrains()).toBe(before + 1);
    // Open and over: one goes alone first.
    const { health } = (await api.db.repositories.webhooks.get(id)) ?? {};
    expect(health?.breakerUntil?.getTime()).toBeLessThanOrEqual(Date.now());
    expect(health?.failingSince).toBeNull();
  });
});

describe('DELETE', () => {
  it('wakes the lane that cancels what is owed', async () => {
    const { client, path } = await register();
    const before = await countDrains();
    expect((await client.delete(path)).status).toBe(204);
    expect(await countDrains()).toBe(before + 1);
  });
});

async function countDrains(): Promise<number> {
  return (await api.producer.counts(webhookDeliveries)).waiting;
}
