import { waitFor } from '@envase/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ApiClient } from '../../test/api-client.ts';
import { containerEvent, gateEvent } from '../../test/build.ts';
import { startTestApi, type TestApi } from '../../test/start-test-api.ts';

let api: TestApi;
let client: ApiClient;
beforeAll(async () => {
  api = await startTestApi();
  client = await api.addClient({
    grants: [
      { orgId: 'org-a', svcId: 'svc-1' },
      { orgId: 'org-use', svcId: '*' },
    ],
  });
});
afterAll(() => api[Symbol.asyncDispose]());

const daysOf = async (query: string) => {
  const { status, body } = await client.get(`/api/usage?${query}`);
  expect(status).toBe(200);
  return body.data as Record<string, unknown>[];
};
const none = { published: 0, tracing: 0, providerRequests: 0, delivered: 0, failed: 0 };

describe('GET /api/usage', () => {
  it('counts what is published today, a repeat once', async () => {
    const today = new Date().toISOString().slice(0, 10);
    await client.post('/api/events', gateEvent());
    await client.post('/api/events', containerEvent());
    const keyed = () => client.post('/api/events', gateEvent(), { 'Idempotency-Key': 'usage-1' });
    await keyed();
    await keyed();
    await waitFor(async () => (await daysOf('')).at(-1)?.published === 3, { what: 'the count' });
    const days = await daysOf('limit=200');
    expect(days).toHaveLength(31);
    expect(days.at(-1)).toEqual({ date: today, ...none, published: 3 });
  });

  it('pages over a range, oldest day first, its end excluded', async () => {
    const row = { orgId: 'org-use', svcId: 'svc-9' };
    await api.db.repositories.usage.add([
      { ...row, date: '2026-03-02', delivered: 2, failed: 1 },
      { ...row, date: '2026-03-04', providerRequests: 5, tracing: 4 },
      { ...row, date: '2026-03-05', published: 9 },
    ]);
    const first = await client.get('/api/usage?since=2026-03-02&until=2026-03-05&limit=2');
    expect(first.body.data).toEqual([
      { date: '2026-03-02', ...none, delivered: 2, failed: 1 },
      { date: '2026-03-03', ...none },
    ]);
    const next = `since=2026-03-02&until=2026-03-05&limit=2&cursor=${String(first.body.nextCursor)}`;
    const rest = await client.get(`/api/usage?${next}`);
    expect(rest.body).toEqual({
      data: [{ date: '2026-03-04', ...none, providerRequests: 5, tracing: 4 }],
      nextCursor: null,
    });
    expect(await daysOf('since=2026-03-05&until=2026-03-05T00:00:01Z')).toMatchObject([{ published: 9 }]);
    expect(await daysOf('since=2026-03-05&until=2026-03-05')).toEqual([]);
  });

  it.each(['since=x', 'until=2026-03-02T08:00:00', 'cursor=abc', 'limit=0'])(
    'answers 400 for %s',
    async (query) => {
      const { status, body } = await client.get(`/api/usage?${query}`);
      expect([status, body.details]).toEqual([
        400,
        [expect.objectContaining({ path: `query.${query.split('=')[0]}` })],
      ]);
    },
  );
});
