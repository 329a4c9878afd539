import { newEventId, newUuid } from '@envase/runtime';
import { waitFor } from '@envase/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ApiClient } from '../../test/api-client.ts';
import { addDelivery, gateEvent, gateHook } from '../../test/build.ts';
import { startTestApi, type TestApi } from '../../test/start-test-api.ts';

let api: TestApi;
let client: ApiClient;
beforeAll(async () => {
  api = await startTestApi();
  client = await api.addClient();
});
afterAll(() => api[Symbol.asyncDispose]());

type Pulled = { id: string; cursor: string; event: Record<string, unknown> };

async function register(changes: object = {}): Promise<string> {
  const hook = gateHook({ url: undefined, delivery: 'pull', description: newUuid(), ...changes });
  const { body } = await client.post('/api/webhooks', { ...hook, triggers: [`T${newUuid()}`] });
  return String(body.id);
}

/** Publishes an event and stores what the fan-out makes of it for the hook; answers with its id. */
async function tell(webhookId: string, payload: object = { gate: 7 }): Promise<string> {
  const { body } = await client.post('/api/events', gateEvent({ payload }));
  const eventId = String(body.id);
  const owner = { webhookId, clientId: client.clientId };
  await addDelivery(api, owner, { _id: `${eventId}~${webhookId}`, eventId, action: 'AS_REGISTERED' });
  return eventId;
}

async function pull(webhookId: string, query = '', by = client) {
  const { status, body, text } = await by.get(`/api/deliveries?webhook=${webhookId}${query}`);
  expect(status, text).toBe(200);
  return { data: body.data as Pulled[], nextCursor: body.nextCursor as string | null };
}

describe('GET /api/deliveries', () => {
  it('answers the events of a hook as they are delivered, oldest first', async () => {
    const id = await register();
    const told = [await tell(id, { n: 1.5, ключ: '√' }), await tell(id), await tell(id)];
    const { data, nextCursor } = await pull(id);
    expect(data.map(({ event }) => event.id)).toEqual(told);
    expect(data[0]).toEqual({
      id: `${told[0]}~${id}`,
      cursor: expect.any(String),
      event: expect.objectContaining({
        action: 'AS_REGISTERED',
        payload: { n: 1.5, ключ: '√' },
        tmsId: 'svc-1',
      }),
    });
    expect(nextCursor).toBeNull();
  });

  it('goes on after a cursor, page by page, and begins anew without one', async () => {
    const id = await register();
    const told = [];
    for (let count = 0; count < 5; count += 1) told.push(await tell(id));
    const seen: unknown[] = [];
    let after: string | null = null;
    do {
      const page: Awaited<ReturnType<typeof pull>> = await pull(
        id,
        `&limit=2${after ? `&after=${after}` : ''}`,
      );
      seen.push(...page.data.map(({ event }) => event.id));
      if (page.nextCursor) expect(page.nextCursor).toBe(page.data.at(-1)?.cursor);
      after = page.nextCursor;
    } while (after);
    expect(seen).toEqual(told);
    const last = (await pull(id)).data.at(-1);
    expect(await pull(id, `&after=${last?.cursor}`)).toEqual({ data: [], nextCursor: null });
    const next = await tell(id);
    expect((await pull(id, `&after=${last?.cursor}`)).data.map(({ event }) => event.id)).toEqual([next]);
  });

  it('never skips what committed late, below what was read before', async () => {
    const id = await register();
    const lateId = newEventId(Date.now() - 60_000);
    const first = await tell(id);
    const { data } = await pull(id);
    const owner = { webhookId: id, clientId: client.clientId };
    const { body } = await client.get(`/api/events/${first}`);
    expect(body.id).toBe(first);
    await addDelivery(api, owner, { _id: `${lateId}~${id}`, eventId: first });
    const next = await pull(id, `&after=${data[0]?.cursor}`);
    expect(next.data.map((one) => one.id)).toEqual([`${lateId}~${id}`]);
  });

  it('serves hooks that are pushed to as well, and whatever became of it there', async () => {
    const id = await register({ url: 'https://tms.example/pushed', delivery: 'push' });
    const told = await tell(id);
    expect((await pull(id)).data.map(({ event }) => event.id)).toEqual([told]);
  });

  it('leaves out an event that is no longer kept', async () => {
    const id = await register();
    const owner = { webhookId: id, clientId: client.clientId };
    await addDelivery(api, owner);
    const kept = await tell(id);
    expect((await pull(id)).data.map(({ event }) => event.id)).toEqual([kept]);
  });

  it('answers 410 where retention has gone past the cursor', async () => {
    const id = await register();
    const [first] = [await tell(id), await tell(id), await tell(id)];
    const { data } = await pull(id, '&limit=1');
    await api.db.connection.collection('deliveries').deleteMany({ webhookId: id, eventId: { $ne: first } });
    await api.db.connection.collection('deliveries').deleteMany({ webhookId: id });
    await tell(id);
    const { status, body } = await client.get(`/api/deliveries?webhook=${id}&after=${data[0]?.cursor}`);
    expect([status, body.code]).toEqual([410, 'cursor_expired']);
  });

  it.each([
    ['wait=31', 'wait'],
    ['wait=-1', 'wait'],
    ['wait=1.5', 'wait'],
    ['wait=', 'wait'],
    ['after=x', 'after'],
    ['after=', 'after'],
    ['limit=0', 'limit'],
    ['limit=201', 'limit'],
  ])('refuses ?%s', async (query, name) => {
    const { status, body } = await client.get(`/api/deliveries?webhook=${await register()}&${query}`);
    expect(status).toBe(400);
    expect(body.details).toMatchObject([{ path: `query.${name}` }]);
  });

  it("refuses another hook's cursor, and no hook at all", async () => {
    const [one, other] = [await register(), await register()];
    await tell(one);
    const cursor = (await pull(one)).data[0]?.cursor;
    const foreign = await client.get(`/api/deliveries?webhook=${other}&after=${cursor}`);
    expect(foreign.body.details).toMatchObject([{ path: 'query.after' }]);
    expect((await client.get('/api/deliveries')).body.details).toMatchObject([{ path: 'query.webhook' }]);
  });
});

describe('waiting', () => {
  it('answers as soon as there is something', async () => {
    const id = await register();
    const startedAt = performance.now();
    const waiting = pull(id, '&wait=30');
    const told = await tell(id);
    expect((await waiting).data.map(({ event }) => event.id)).toEqual([told]);
    expect(performance.now() - startedAt).toBeLessThan(25_000);
  });

  it('answers an empty page when the time is over', async () => {
    const startedAt = performance.now();
    expect(await pull(await register(), '&wait=1')).toEqual({ data: [], nextCursor: null });
    expect(performance.now() - startedAt).toBeGreaterThanOrEqual(1_000);
  });

  it('ends with the grant, the client and the hook', async () => {
    const waiter = await api.addClient();
    const { clientId } = waiter;
    const add = async () => {
      const hook = gateHook({ url: undefined, delivery: 'pull', triggers: [`T${newUuid()}`] });
      return String(
        (await waiter.post('/api/webhooks', { ...hook, orgId: 'org-a', svcId: 'svc-1' })).body.id,
      );
    };
    const removed = await add();
    const first = waiter.get(`/api/deliveries?webhook=${removed}&wait=30`);
    await waiter.delete(`/api/webhooks/${removed}`);
    expect((await first).status).toBe(404);
    const kept = await add();
    const second = waiter.get(`/api/deliveries?webhook=${kept}&wait=30`);
    const { clients } = api.db.repositories;
    const stored = await clients.find(clientId);
    if (!stored) throw new Error('The client was made above');
    await clients.swap(stored.changedAt, { ...stored, status: 'disabled', changedAt: new Date() });
    await api.directory.refresh();
    expect((await second).status).toBe(401);
  });

  it('is refused where a client holds too many open', async () => {
    const id = await register();
    const hanging = new AbortController();
    const url = `${api.url}/api/deliveries?webhook=${id}&wait=30`;
    const headers = { authorization: `Bearer ${client.token}` };
    const refused: Response[] = [];
    const open = Array.from({ length: 23 }, async () => {
      const answer = await fetch(url, { headers, signal: hanging.signal });
      if (answer.status === 429) refused.push(answer);
    });
    const settled = Promise.allSettled(open);
    await waitFor(() => refused.length === 3, { what: 'three refusals', timeoutMs: 25_000 });
    expect(refused[0]?.headers.get('retry-after')).toBe('1');
    hanging.abort();
    await settled;
    await waitFor(async () => (await client.get(`/api/deliveries?webhook=${id}&wait=1`)).status === 200, {
      what: 'room again',
    });
  });
});
