import { deliveryStates } from '@envase/contracts';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ApiClient } from '../../test/api-client.ts';
import { addDelivery, gateHook } from '../../test/build.ts';
import { startTestApi, type TestApi } from '../../test/start-test-api.ts';

let api: TestApi;
let client: ApiClient;
let path: string;
const ids: string[] = [];

const attempts = [
  { at: new Date(1_000), status: 500, durationMs: 12, error: null, answer: 'not now' },
  { at: new Date(6_000), status: null, durationMs: 15_000, error: 'timeout: no answer', answer: null },
];

beforeAll(async () => {
  api = await startTestApi();
  client = await api.addClient();
  const webhookId = String((await client.post('/api/webhooks', gateHook())).body.id);
  path = `/api/webhooks/${webhookId}/deliveries`;
  const hook = { webhookId, clientId: client.clientId };
  for (const state of deliveryStates) {
    const changes = { state, attempts, attemptCount: 2, traceId: 'h1', sequence: 3 };
    ids.unshift((await addDelivery(api, hook, changes))._id);
  }
  await addDelivery(api, { webhookId: crypto.randomUUID(), clientId: client.clientId });
});
afterAll(() => api[Symbol.asyncDispose]());

const idsOf = (data: unknown) => (data as { id: string }[]).map(({ id }) => id);

describe('GET /api/webhooks/{id}/deliveries', () => {
  it('lists newest first, without attempts', async () => {
    const { body } = await client.get(path);
    expect(idsOf(body.data)).toEqual(ids);
    const [newest] = body.data as object[];
    expect(newest).toEqual({
      id: ids[0],
      webhookId: path.split('/')[3],
      eventId: ids[0]?.split('~')[0],
      traceId: 'h1',
      sequence: 3,
      state: 'cancelled',
      attemptCount: 2,
      dueAt: expect.any(String),
      createdAt: expect.any(String),
      deliveredAt: null,
    });
  });

  it.each(deliveryStates)('lists those that are %s', async (state) => {
    const { body } = await client.get(`${path}?state=${state}`);
    expect(body.data).toMatchObject([{ state }]);
  });

  it('pages', async () => {
    const first = await client.get(`${path}?limit=3`);
    const next = await client.get(`${path}?limit=3&cursor=${String(first.body.nextCursor)}`);
    expect([first, next].flatMap(({ body }) => idsOf(body.data))).toEqual(ids);
  });

  it.each(['state=lost', 'state=', 'state=dead&state=pending', 'limit=0', 'cursor=x'])(
    'refuses ?%s',
    async (query) => {
      const { status, body } = await client.get(`${path}?${query}`);
      expect(status).toBe(400);
      expect(body.details).toMatchObject([{ path: `query.${query.split('=')[0]}` }]);
    },
  );
});

describe('GET /api/deliveries/{id}', () => {
  it('tells what became of each attempt', async () => {
    const { body } = await client.get(`/api/deliveries/${ids[0]}`);
    expect(body).toMatchObject({
      id: ids[0],
      attempts: attempts.map((one) => ({ ...one, at: one.at.toISOString() })),
    });
  });
});
