import type { DeliveryDoc } from '@envase/db';
import { webhookDeliveries } from '@envase/queues';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { ApiClient } from '../../test/api-client.ts';
import { addDelivery, gateHook } from '../../test/build.ts';
import { startTestApi, type TestApi } from '../../test/start-test-api.ts';

let api: TestApi;
let client: ApiClient;
beforeAll(async () => {
  api = await startTestApi();
  client = await api.addClient();
});
afterAll(() => api[Symbol.asyncDispose]());

const attempt = { at: new Date(1_000), status: 500, durationMs: 12, error: null, answer: 'not now' };

async function add(changes: Partial<DeliveryDoc>, hook: object = {}): Promise<DeliveryDoc> {
  const { body } = await client.post(
    '/api/webhooks',
    gateHook({ triggers: [`T${crypto.randomUUID()}`], ...hook }),
  );
  const owner = { webhookId: String(body.id), clientId: client.clientId };
  const { dueAt, ...ended } = await addDeliveryDoc(owner, changes);
  return dueAt ? { ...ended, dueAt } : ended;
}

async function addDeliveryDoc(owner: { webhookId: string; clientId: string }, changes: Partial<DeliveryDoc>) {
  return addDelivery(api, owner, { attempts: [attempt], attemptCount: 1, ...changes });
}

const countDrains = async () => (await api.producer.counts(webhookDeliveries)).waiting;
const resend = (id: string) => client.post(`/api/deliveries/${id}/resend`);

it.each(['delivered', 'dead'] as const)('sends what is %s again, at once', async (state) => {
  const { _id, eventId } = await add({ state, attemptCount: 10 });
  const before = await countDrains();
  const startedAt = Date.now();
  const answer = await resend(_id);
  expect(answer.status, answer.text).toBe(202);
  expect(answer.body).toMatchObject({ id: _id, eventId, state: 'pending', attemptCount: 0, attempts: [] });
  expect(Date.parse(String(answer.body.dueAt))).toBeGreaterThanOrEqual(startedAt);
  expect(await countDrains()).toBe(before + 1);
  expect((await client.get(`/api/deliveries/${_id}`)).body).toEqual(answer.body);
});

it('hastens what was to be tried again later, and keeps what became of it', async () => {
  const { _id } = await add({ state: 'retrying', dueAt: new Date(Date.now() + 3_600_000) });
  const { status, body } = await resend(_id);
  expect(status).toBe(202);
  expect(body).toMatchObject({ state: 'retrying', attemptCount: 1, attempts: [{ status: 500 }] });
  expect(Date.parse(String(body.dueAt))).toBeLessThanOrEqual(Date.now());
});

it('leaves one that was cancelled alone', async () => {
  const { _id } = await add({ state: 'cancelled' });
  const { status, body } = await resend(_id);
  expect([status, body.code]).toEqual([409, 'conflict']);
});
