import type { PublishItem } from '@envase/contracts';
import { waitFor } from '@envase/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ApiAnswer, ApiClient } from '../../test/api-client.ts';
import { addTrace, box, containerEvent } from '../../test/build.ts';
import { startTestApi, type TestApi } from '../../test/start-test-api.ts';
import { createAwaitApplied } from './await-applied.ts';
import { createFindTrace } from './find-trace.ts';

let api: TestApi;
beforeAll(async () => {
  api = await startTestApi();
});
afterAll(() => api[Symbol.asyncDispose]());

let owners = 0;

/** A publish of a new organization's client that no Trace Manager has applied yet. */
async function publishOne() {
  owners += 1;
  const orgId = `org-${owners}`;
  const client = await api.addClient({ grants: [{ orgId, svcId: 'svc-1' }] });
  const { body } = await client.post('/api/events', containerEvent({ orgId }));
  const [item] = body.items as PublishItem[];
  return { client, orgId, eventId: String(body.id), traceId: String(item?.traceId) };
}

/** As the Trace Manager does. */
async function apply({ orgId, eventId }: { orgId: string; eventId: string }): Promise<void> {
  await addTrace(api, { orgId });
  await api.db.repositories.events.settleOwed(eventId, 'trace');
}

type Published = Awaited<ReturnType<typeof publishOne>>;
type Ask = (client: ApiClient, published: Published) => Promise<ApiAnswer>;

const elsewhere = (replaces: string) => ({ siteId: 'USNWK', replaces });
const questions: [name: string, status: number, ask: Ask][] = [
  ['reading it', 200, (client, { traceId }) => client.get(`/api/traces/${traceId}`)],
  ['reading its container', 200, (client) => client.get(`/api/containers/${box}`)],
  [
    'stopping it',
    201,
    (client, { orgId }) =>
      client.post('/api/events', containerEvent({ orgId, action: 'TRACE_STOP_REQUESTED' })),
  ],
  [
    'replacing it',
    201,
    (client, { orgId, traceId }) =>
      client.post('/api/events', containerEvent({ orgId, payload: elsewhere(traceId) })),
  ],
];

describe('a trace that was just asked for', () => {
  it.each(questions)('is known to whoever is %s', async (_name, status, ask) => {
    const published = await publishOne();
    const isAnswered = { value: false };
    const asking = ask(published.client, published).finally(() => {
      isAnswered.value = true;
    });
    await apply(published);
    const answer = await asking;
    expect(answer.status, answer.text).toBe(status);
    await waitFor(() => isAnswered.value, { what: 'the answer' });
  });

  it('is known when its order is applied just after it was looked for', async () => {
    const published = await publishOne();
    const { traces, events } = api.db.repositories;
    const racing = {
      ...traces,
      find: async (...asked: Parameters<typeof traces.find>) => {
        const found = await traces.find(...asked);
        if (!found) await apply(published);
        return found;
      },
    };
    const awaitApplied = createAwaitApplied({ events });
    const findTrace = createFindTrace({ traces: racing, awaitApplied });
    const tenant = { clientId: published.client.clientId, grants: [{ orgId: published.orgId, svcId: '*' }] };
    expect(await findTrace(tenant, published.traceId)).toMatchObject({ _id: published.traceId });
  });

  it('is unknown at once to another organization', async () => {
    const { traceId } = await publishOne();
    const stranger = await api.addClient({ grants: [{ orgId: 'org-stranger', svcId: '*' }] });
    expect((await stranger.get(`/api/traces/${traceId}`)).status).toBe(404);
    expect((await stranger.get(`/api/containers/${box}`)).status).toBe(404);
  });

  it('is answered 503 where the order is not applied in time', async () => {
    const { client, traceId } = await publishOne();
    const answer = await client.get(`/api/traces/${traceId}`);
    expect([answer.status, answer.body.code]).toEqual([503, 'unavailable']);
    expect(answer.headers.get('retry-after')).toBe('1');
  });
});

describe('createAwaitApplied', () => {
  const tenant = { clientId: 'c', grants: [{ orgId: 'org', svcId: '*' }] };

  it('looks once where nothing is owed', async () => {
    let looks = 0;
    const owesTrace = async () => {
      looks += 1;
      return false;
    };
    await createAwaitApplied({ events: { owesTrace } })(tenant, { number: box });
    expect(looks).toBe(1);
  });

  it('looks until nothing is owed', async () => {
    let owed = 3;
    const owesTrace = async () => {
      owed -= 1;
      return owed > 0;
    };
    await createAwaitApplied({ events: { owesTrace } })(tenant, { traceIds: ['h1'] });
    expect(owed).toBe(0);
  });
});
