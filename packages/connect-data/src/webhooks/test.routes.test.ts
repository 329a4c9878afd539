import { signatureHeaders, verifySignature } from '@envase/contracts';
import { type Receiver, startReceiver } from '@envase/testing';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { ApiClient } from '../../test/api-client.ts';
import { gateHook } from '../../test/build.ts';
import { startTestApi, type TestApi } from '../../test/start-test-api.ts';

let api: TestApi;
let client: ApiClient;
let receiver: Receiver;
beforeAll(async () => {
  api = await startTestApi();
  client = await api.addClient();
});
afterAll(() => api[Symbol.asyncDispose]());
afterEach(() => receiver?.close());

async function register(changes: object = {}, by = client): Promise<string> {
  receiver = await startReceiver();
  const { body, text } = await by.post(
    '/api/webhooks',
    gateHook({ url: `${receiver.url}/hook`, ...changes }),
  );
  expect(body.id, text).toBeTypeOf('string');
  return `/api/webhooks/${String(body.id)}`;
}

async function sampleOf(changes: object, by = client) {
  const path = await register(changes, by);
  const answer = await by.post(`${path}/test`);
  expect(answer.body, answer.text).toMatchObject({ delivered: true });
  return receiver.requests[0]?.json as Record<string, unknown>; // our own body
}

describe('POST /api/webhooks/{id}/test', () => {
  it('sends a signed sample with the headers of the hook and answers what the receiver said', async () => {
    const key = 'correct horse';
    const path = await register({ signingKey: key, webhookHeaders: [{ name: 'X-Auth', value: 'theirs' }] });
    receiver.answerWith({ status: 202, body: 'thank you' });
    const { status, body } = await client.post(`${path}/test`);
    expect(status).toBe(200);
    expect(body).toEqual({
      delivered: true,
      status: 202,
      durationMs: expect.any(Number),
      error: null,
      answer: 'thank you',
    });
    const [request] = receiver.requests;
    expect(request?.json).toMatchObject({ type: 'GATE', action: 'INTERCHANGE_PROCESSED', isTest: true });
    expect(request?.headers).toMatchObject({ 'x-auth': 'theirs', 'content-type': 'application/json' });
    const header = String(request?.headers[signatureHeaders.envase]);
    const signed = { header, body: request?.rawBody ?? Buffer.alloc(0), key, now: Date.now() };
    expect(verifySignature(signed)).toBe(true);
  });

  it('stores nothing and says nothing of the health of the hook', async () => {
    const path = await register();
    receiver.answerWith(410);
    const { status, body } = await client.post(`${path}/test`);
    expect(status).toBe(200);
    expect(body).toMatchObject({ delivered: false, status: 410, error: null });
    expect((await client.get(path)).body).toMatchObject({ status: 'enabled', pending: 0, dead: 0 });
    const sent = receiver.requests[0]?.json as { id: string }; // our own body
    expect((await client.get(`/api/events/${sent.id}`)).status).toBe(404);
    expect((await client.get(`${path}/deliveries`)).body.data).toEqual([]);
  });

  it('answers why there was no answer', async () => {
    const path = await register();
    receiver.answerWith('drop');
    const { status, body } = await client.post(`${path}/test`);
    expect(status).toBe(200);
    expect(body).toMatchObject({ delivered: false, status: null, answer: null });
    expect(body.error).toMatch(/^reset: /);
  });

  it('asks no address that became private', async () => {
    const path = await register();
    await using strict = await startTestApi({ sharing: api, config: { ALLOW_HTTP_HOOKS: [] } });
    const { status, body } = await strict.asClient(client).post(`${path}/test`);
    expect(status).toBe(200);
    expect(body.error).toMatch(/^blocked: /);
    expect(receiver.requests).toEqual([]);
  });

  it('has nowhere to send to where the hook is pulled', async () => {
    const path = await register({ url: undefined, delivery: 'pull' });
    const { status, body } = await client.post(`${path}/test`);
    expect([status, body.code]).toEqual([409, 'conflict']);
  });

  it('is limited', async () => {
    const { headers } = await client.post(`${await register()}/test`);
    expect(headers.get('ratelimit-limit')).toBe('60');
  });
});

describe('the sample', () => {
  it('is a whole result of a container', async () => {
    const sample = await sampleOf({ entityType: 'CONTAINER', triggers: ['TRACE_RESULT', 'TRACE_ERROR'] });
    expect(sample).toMatchObject({
      orgId: 'org-a',
      svcId: 'svc-1',
      tmsId: 'svc-1',
      action: 'TRACE_RESULT',
      traceId: expect.any(String),
      sequence: 1,
      payload: { status: 'available', events: [{ code: 'available' }], changes: [], carrier: null, fees: [] },
    });
  });

  it.each([
    ['*', '*', { type: 'CONTAINER', action: 'TRACE_RESULT', payload: { status: 'available' } }],
    ['BOOKING', '*', { action: 'TRACE_RESULTS', payload: { status: 'booked', bookingNumber: 'SAMPLE0001' } }],
    ['BOOKING', 'TRACE_RESULT', { action: 'TRACE_RESULT', sequence: 1 }],
    ['CONTAINER', 'TRACE_ERRORS', { sequence: null, payload: { affected: { count: 1 } } }],
    ['CONTAINER', 'TRACE_STOPPED', { sequence: 1, payload: { reason: 'outgated' } }],
    ['WEIGHT', 'SCALED', { type: 'WEIGHT', action: 'SCALED', sequence: null, payload: {} }],
  ])('of %s %s says so', async (entityType, trigger, expected) => {
    expect(await sampleOf({ entityType, triggers: [trigger] })).toMatchObject(expected);
  });

  it('names an owner that its hook hears', async () => {
    const grants = [
      { orgId: 'org-1', svcId: '*' },
      { orgId: 'org-2', svcId: 'svc-9' },
    ];
    const vendor = await api.addClient({ grants });
    expect(await sampleOf({}, vendor)).toMatchObject({ orgId: 'org-2', svcId: 'svc-9' });
    expect(await sampleOf({ orgId: 'org-1' }, vendor)).toMatchObject({ orgId: 'org-1' });
    expect(await sampleOf({ orgId: 'org-1', svcId: 'svc-3' }, vendor)).toMatchObject({ svcId: 'svc-3' });
  });
});
