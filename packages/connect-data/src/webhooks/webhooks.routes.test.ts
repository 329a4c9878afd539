import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ApiClient } from '../../test/api-client.ts';
import { gateHook } from '../../test/build.ts';
import { startTestApi, type TestApi } from '../../test/start-test-api.ts';

let api: TestApi;
beforeAll(async () => {
  api = await startTestApi();
});
afterAll(() => api[Symbol.asyncDispose]());

const newClient = () => api.addClient({ grants: [{ orgId: 'org-a', svcId: '*' }] });

async function register(client: ApiClient, changes: Record<string, unknown> = {}) {
  const answer = await client.post('/api/webhooks', gateHook(changes));
  expect(answer.status, answer.text).toBe(201);
  return { ...answer, path: `/api/webhooks/${String(answer.body.id)}` };
}

describe('POST /api/webhooks', () => {
  it('answers what was registered, without key and header values', async () => {
    const { body } = await register(await newClient(), {
      triggers: ['interchange_processed', 'INTERCHANGE_PROCESSED', '*'],
      entityType: undefined,
      eventType: 'gate',
      signingKey: 'a key of ours',
      webhookHeaders: [{ name: 'X-Auth', value: 'hidden' }],
      filters: [{ 'payload.gate': 7 }],
      orgId: 'org-a',
      svcId: 'svc-1',
      ordered: true,
    });
    expect(body).toEqual({
      id: expect.stringMatching(/^[0-9a-f-]{36}$/),
      url: 'https://tms.example/hook',
      triggers: ['INTERCHANGE_PROCESSED', '*'],
      entityType: 'GATE',
      eventType: 'GATE',
      hasSigningKey: true,
      webhookHeaders: [{ name: 'X-Auth', value: '***' }],
      filters: [{ 'payload.gate': 7 }],
      orgId: 'org-a',
      svcId: 'svc-1',
      description: null,
      ordered: true,
      maxInFlight: 10,
      isTest: false,
      delivery: 'push',
      status: 'enabled',
      statusReason: null,
      createdAt: expect.any(String),
      lastSuccessAt: null,
      lastFailureAt: null,
      pending: 0,
      dead: 0,
    });
  });

  it('answers 200 with the same hook when it is registered again', async () => {
    const client = await newClient();
    const hook = { filters: [{ 'payload.a': 1, 'payload.b': 2 }, { type: 'GATE' }], triggers: ['A', 'B'] };
    const first = await register(client, { ...hook, signingKey: 'one' });
    const again = await client.post(
      '/api/webhooks',
      gateHook({
        triggers: ['b', 'a'],
        filters: [{ type: 'GATE' }, { 'payload.b': 2, 'payload.a': 1 }],
        description: 'later',
      }),
    );
    expect([again.status, again.body.id]).toEqual([200, first.body.id]);
    expect(again.body).toMatchObject({ hasSigningKey: true, description: 'later', ordered: false });
    const stored = await api.db.repositories.webhooks.get(String(first.body.id));
    expect(stored?.keys).toHaveLength(1);
  });

  it('rotates the key and replaces the headers when they are registered anew', async () => {
    const client = await newClient();
    const { body } = await register(client, { signingKey: 'one' });
    const webhookHeaders = [{ name: 'X-Auth', value: 'hidden' }];
    await client.post('/api/webhooks', gateHook({ signingKey: 'two', webhookHeaders }));
    const stored = await api.db.repositories.webhooks.get(String(body.id));
    expect(stored?.keys).toMatchObject([{ until: null }, { until: expect.any(Date) }]);
    expect(stored?.headers).toMatchObject([{ name: 'X-Auth' }]);
  });

  it('makes one hook of many registrations at once', async () => {
    const client = await newClient();
    const answers = await Promise.all(
      Array.from({ length: 20 }, () => client.post('/api/webhooks', gateHook())),
    );
    const statuses = answers.map(({ status }) => status).sort();
    expect(statuses).toEqual([...Array.from({ length: 19 }, () => 200), 201]);
    expect(new Set(answers.map(({ body }) => body.id)).size).toBe(1);
  });

  it('makes another hook for another client, address, trigger, filter or service', async () => {
    const clients = [await newClient(), await newClient()] as const;
    const variants = [{}, { url: 'https://tms.example/2' }, { triggers: ['*'] }, { filters: [{ a: 1 }] }];
    const owners = [{ orgId: 'org-a' }, { orgId: 'org-a', svcId: 'svc-1' }];
    const hooks = [await register(clients[1])];
    for (const variant of [...variants, ...owners]) hooks.push(await register(clients[0], variant));
    expect(new Set(hooks.map(({ body }) => body.id)).size).toBe(7);
  });

  it('takes a hook that pulls without a URL', async () => {
    const { body } = await register(await newClient(), { url: undefined, delivery: 'pull' });
    expect(body).toMatchObject({ url: null, delivery: 'pull' });
  });
});

const headers = (...names: string[]) => ({ webhookHeaders: names.map((name) => ({ name, value: 'v' })) });

const refused: [name: string, body: unknown, paths: string[]][] = [
  ['no object', ['a'], ['']],
  ['nothing at all', {}, ['/triggers', '/entityType', '/url']],
  ['no entity', gateHook({ entityType: undefined }), ['/entityType']],
  ['entities that differ', gateHook({ eventType: 'CONTAINER' }), ['/eventType']],
  ['no trigger', gateHook({ triggers: [] }), ['/triggers']],
  ['triggers that are no words', gateHook({ triggers: ['a b', 7] }), ['/triggers/0', '/triggers/1']],
  ['no address', gateHook({ url: undefined }), ['/url']],
  ['a null address', gateHook({ url: null }), ['/url']],
  ['http', gateHook({ url: 'http://tms.example/hook' }), ['/url']],
  ['a private address', gateHook({ url: 'https://0x0a000001/hook' }), ['/url']],
  ['another port', gateHook({ url: 'https://tms.example:8080/' }), ['/url']],
  ['user info', gateHook({ url: 'https://a:b@tms.example/' }), ['/url']],
  ['an address and a limit', gateHook({ url: 'ftp://x', maxInFlight: 51 }), ['/maxInFlight', '/url']],
  ['a service without organization', gateHook({ svcId: 'svc-1' }), ['/orgId']],
  ['filters with operators', gateHook({ filters: [{ a: { $gt: '' } }] }), ['/filters/0/a']],
  ['a filter by __proto__', JSON.parse('{"filters":[{"__proto__":1}]}'), ['/filters/0/__proto__']],
  [
    'reserved headers',
    gateHook(headers('Host', 'X-Fine', 'webhook-id')),
    ['/webhookHeaders/0/name', '/webhookHeaders/2/name'],
  ],
  [
    'a masked value with nothing behind it',
    gateHook({ webhookHeaders: [{ name: 'X-Auth', value: '***' }] }),
    ['/webhookHeaders/0/value'],
  ],
];

describe('POST /api/webhooks, refusals', () => {
  it.each(refused)('refuses %s and stores nothing', async (_name, body, paths) => {
    const client = await newClient();
    const isMerged = typeof body === 'object' && body !== null && !('url' in body) && 'filters' in body;
    const answer = await client.post('/api/webhooks', isMerged ? { ...gateHook(), ...body } : body);
    expect(answer.status, answer.text).toBe(400);
    const details = answer.body.details as { path: string }[];
    expect(details.map(({ path }) => path)).toEqual(paths);
    expect((await client.get('/api/webhooks')).body.data).toEqual([]);
  });

  it('answers 403 alike for a foreign and an unknown organization', async () => {
    await api.addClient({ grants: [{ orgId: 'org-b', svcId: '*' }] });
    const client = await api.addClient();
    const answers = await Promise.all(
      ['org-b', 'org-unknown'].map((orgId) => client.post('/api/webhooks', gateHook({ orgId }))),
    );
    answers.push(await client.post('/api/webhooks', gateHook({ orgId: 'org-a', svcId: 'svc-2' })));
    expect(answers.map(({ status }) => status)).toEqual([403, 403, 403]);
    expect(new Set(answers.map(({ body }) => JSON.stringify({ ...body, requestId: '' }))).size).toBe(1);
  });
});

describe('GET and DELETE', () => {
  it('list newest first, page by page', async () => {
    const client = await newClient();
    const ids: unknown[] = [];
    for (const trigger of ['A', 'B', 'C']) {
      ids.unshift((await register(client, { triggers: [trigger] })).body.id);
    }
    const first = await client.get('/api/webhooks?limit=2');
    const next = await client.get(`/api/webhooks?limit=2&cursor=${String(first.body.nextCursor)}`);
    const listed = [first, next].flatMap(({ body }) => body.data as { id: string }[]);
    expect(listed.map(({ id }) => id)).toEqual(ids);
    expect(next.body.nextCursor).toBeNull();
  });

  it.each(['limit=0', 'limit=201', 'limit=x', 'cursor=abc', 'cursor=', 'limit=1&limit=2'])(
    'refuse ?%s',
    async (query) => {
      const answer = await (await newClient()).get(`/api/webhooks?${query}`);
      expect(answer.status).toBe(400);
      const name = query.split('=')[0];
      expect(answer.body.details).toMatchObject([{ path: `query.${name}` }]);
    },
  );

  it('forget a removed hook, and what is registered then is new', async () => {
    const client = await newClient();
    const { path, body } = await register(client);
    expect((await client.delete(path)).status).toBe(204);
    expect((await client.get(path)).status).toBe(404);
    expect((await client.delete(path)).status).toBe(404);
    expect((await register(client)).body.id).not.toBe(body.id);
  });
});
