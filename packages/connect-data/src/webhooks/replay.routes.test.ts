import { webhookDeliveries } from '@envase/queues';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { ApiClient } from '../../test/api-client.ts';
import { gateHook } from '../../test/build.ts';
import { startTestApi, type TestApi } from '../../test/start-test-api.ts';

let api: TestApi;
let client: ApiClient;
beforeAll(async () => {
  api = await startTestApi();
  client = await api.addClient();
});
afterAll(() => api[Symbol.asyncDispose]());

const since = '2026-11-20T10:00:00+02:00';

async function register(changes: object = {}): Promise<string> {
  const hook = gateHook({ triggers: [`T${crypto.randomUUID()}`], ...changes });
  return String((await client.post('/api/webhooks', hook)).body.id);
}
const replay = (id: string, body: unknown) => client.post(`/api/webhooks/${id}/replay`, body);
const stored = async (id: string) => (await api.db.repositories.webhooks.get(id))?.replay;

it('begins one that ends with what there was, and wakes the lane', async () => {
  const id = await register();
  const before = (await api.producer.counts(webhookDeliveries)).waiting;
  const startedAt = Date.now();
  const { status, body, text } = await replay(id, { since });
  expect(status, text).toBe(202);
  const running = await stored(id);
  expect(running).toMatchObject({
    id: body.replayId,
    since: new Date(since),
    failedOnly: false,
    after: null,
  });
  expect(running?.until.getTime()).toBeGreaterThanOrEqual(startedAt);
  expect(running?.until.getTime()).toBeLessThanOrEqual(Date.now());
  expect((await api.producer.counts(webhookDeliveries)).waiting).toBe(before + 1);
});

it('keeps to what is asked for', async () => {
  const id = await register();
  const until = '2026-11-21T00:00:00Z';
  expect((await replay(id, { since, until, failedOnly: true })).status).toBe(202);
  expect(await stored(id)).toMatchObject({ until: new Date(until), failedOnly: true });
});

it('answers 409 while one of the hook is running, and to all but one of ten at once', async () => {
  const id = await register();
  const answers = await Promise.all(Array.from({ length: 10 }, () => replay(id, { since })));
  const statuses = answers.map(({ status }) => status).toSorted();
  expect(statuses).toEqual([202, ...Array.from({ length: 9 }, () => 409)]);
  const running = answers.find(({ status }) => status === 202)?.body.replayId;
  expect(await stored(id)).toMatchObject({ id: running });
  await api.db.repositories.webhooks.moveReplay(id, String(running), null);
  expect((await replay(id, { since })).status).toBe(202);
});

it('answers 409 for a hook that is pulled', async () => {
  const { status, body } = await replay(await register({ url: undefined, delivery: 'pull' }), { since });
  expect([status, body.code]).toEqual([409, 'conflict']);
});

it.each([
  [{}, '/since'],
  [{ since: 'yesterday' }, '/since'],
  [{ since: '2026-11-20T10:00:00' }, '/since'],
  [{ since, until: '2026-11-19T10:00:00Z' }, '/until'],
  [{ since, failedOnly: 'yes' }, '/failedOnly'],
])('refuses %j', async (sent, path) => {
  const { status, body } = await replay(await register(), sent);
  expect(status).toBe(400);
  expect(body.details).toMatchObject([{ path }]);
});
