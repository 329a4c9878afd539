import type { EventDoc, TraceDoc } from '@envase/db';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ApiClient } from '../../test/api-client.ts';
import { addTrace } from '../../test/build.ts';
import { startTestApi, type TestApi } from '../../test/start-test-api.ts';

let api: TestApi;
let client: ApiClient;
beforeAll(async () => {
  api = await startTestApi();
  client = await api.addClient();
});
afterAll(() => api[Symbol.asyncDispose]());

const stopped = { tracing: false, nextTraceAt: null, stopReason: 'stopped_by_client' } as const;
let boxes = 0;
const newTrace = (changes: Partial<TraceDoc> = {}) => {
  boxes += 1;
  return addTrace(api, { number: `ORDER${boxes}`, ...changes });
};

/** The newest event of the caller as it is stored. */
async function newestEvent(): Promise<EventDoc> {
  const { body } = await client.get('/api/events?limit=1');
  const [{ id } = { id: '' }] = body.data as { id: string }[];
  const event = await api.db.repositories.events.get(id);
  if (!event) throw new Error('There is no event');
  return event;
}

const commands: [command: string, action: string, verb: string, changes: Partial<TraceDoc>][] = [
  ['refresh', 'TRACE_REQUESTED', 'trace', {}],
  ['refresh', 'TRACE_EMPTY_REQUESTED', 'trace', { service: 'empty' }],
  ['refresh', 'TRACE_REQUESTED', 'trace', { traceUntil: 'empty_returned', ...stopped }],
  ['refresh', 'TRACE_REQUESTED', 'trace', { isTest: true }],
  ['stop', 'TRACE_STOP_REQUESTED', 'stop', {}],
  ['stop', 'TRACE_STOP_REQUESTED', 'stop', { service: 'empty' }],
  ['resume', 'TRACE_RESUME_REQUESTED', 'resume', stopped],
];

describe.each(commands)('POST /api/traces/{id}/%s, as %s', (command, action, verb, changes) => {
  it(`publishes the order for a trace that is ${JSON.stringify(changes)}`, async () => {
    const trace = await newTrace(changes);
    const { status, body } = await client.post(`/api/traces/${trace._id}/${command}`);
    expect([status, body.id, body.number]).toEqual([202, trace._id, trace.number]);
    const event = await newestEvent();
    expect(event).toMatchObject({
      orgId: 'org-a',
      svcId: 'svc-1',
      clientId: client.clientId,
      type: trace.type,
      action,
      isTest: trace.isTest,
      todo: ['hooks', 'trace'],
      order: {
        verb,
        service: trace.service,
        traceUntil: trace.traceUntil,
        items: [{ number: trace.number, id: trace.number, traceId: trace._id }],
      },
    });
  });
});

describe('POST /api/traces/{id}/stop', () => {
  it('leaves the other services of the box alone', async () => {
    const trace = await newTrace();
    await addTrace(api, { number: trace.number, service: 'empty' });
    await client.post(`/api/traces/${trace._id}/stop`);
    expect((await newestEvent()).order?.items).toHaveLength(1);
  });

  it('refuses what is not traced, naming no place in a body that nobody sent', async () => {
    const trace = await newTrace(stopped);
    const { status, body } = await client.post(`/api/traces/${trace._id}/stop`);
    expect([status, body.code, body.message]).toEqual([
      400,
      'invalid_request',
      'This trace takes no stop: is not being traced here',
    ]);
    expect(body.details).toBeUndefined();
    const traced = await newTrace();
    expect((await client.post(`/api/traces/${traced._id}/resume`)).status).toBe(400);
  });

  it('answers a repeat with the same key as the first time, and stops once', async () => {
    const trace = await newTrace();
    const ask = () =>
      client.post(`/api/traces/${trace._id}/stop`, undefined, { 'Idempotency-Key': 'stop-1' });
    const first = await ask();
    const event = await newestEvent();
    const again = await ask();
    expect(again.headers.get('idempotency-replayed')).toBe('true');
    expect(again.text).toBe(first.text);
    expect((await newestEvent())._id).toBe(event._id);
  });
});

describe('POST /api/traces/{id}/refresh', () => {
  it('has a quota per client and tells what is left of it', async () => {
    await using limited = await startTestApi({ sharing: api, config: { REFRESHES_PER_MINUTE: 2 } });
    const trace = await newTrace();
    const one = await api.addClient();
    const refresh = (caller: ApiClient) => limited.asClient(caller).post(`/api/traces/${trace._id}/refresh`);
    const answers = [await refresh(one), await refresh(one), await refresh(one)];
    expect(answers.map(({ status }) => status)).toEqual([202, 202, 429]);
    const left = answers.map(({ headers }) => [
      headers.get('ratelimit-limit'),
      headers.get('ratelimit-remaining'),
    ]);
    expect(left).toEqual([
      ['2', '1'],
      ['2', '0'],
      ['2', '0'],
    ]);
    expect(answers[2]?.headers.get('retry-after')).toBe('30');
    expect((await refresh(await api.addClient())).status).toBe(202);
  });
});
