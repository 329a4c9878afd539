import { describe, expect, it } from 'vitest';
import { startPlatform } from '../../test/platform.ts';
import type { EnvaseClient } from '../index.ts';

type Row = [call: string, run: (client: EnvaseClient) => Promise<unknown>, request: string, body?: object];

const first = async (list: AsyncIterable<unknown>) => {
  for await (const item of list) return item;
  return undefined;
};

const hook = { entityType: 'CONTAINER', triggers: ['*'], url: 'https://tms.example/hook' };
const range = { since: new Date('2026-11-01T00:00:00Z'), failedOnly: true };
const login = { orgId: 'o', username: 'u', password: 'p' };
const box = { orgId: 'o', svcId: 's', providerId: 'apm', numbers: ['CSQU3054383'] };
const order = (payload: object, type = 'CONTAINER') => ({ orgId: 'o', svcId: 's', type, payload });

/** Every route of the contract that a client may ask (s3, s6, s7). */
const rows: Row[] = [
  [
    'publish',
    (c) => c.publish({ type: 'GATE', action: 'X', payload: { a: 1 } }),
    'POST /events',
    { type: 'GATE', action: 'X', payload: { a: 1 } },
  ],
  [
    'traceContainers',
    (c) => c.traceContainers({ ...box, service: 'export', siteId: 'USLAX', reference: 'r', isTest: true }),
    'POST /events',
    {
      ...order({ providerId: 'apm', siteId: 'USLAX', reference: 'r', containers: [{ id: 'CSQU3054383' }] }),
      action: 'TRACE_EXPORT_REQUESTED',
      isTest: true,
    },
  ],
  [
    'traceContainers for the empty',
    (c) => c.traceContainers({ ...box, service: 'empty' }),
    'POST /events',
    {
      ...order({ providerId: 'apm', containers: [{ id: 'CSQU3054383' }] }),
      action: 'TRACE_EMPTY_REQUESTED',
    },
  ],
  [
    'traceBookings',
    (c) => c.traceBookings({ ...box, numbers: ['B1'] }),
    'POST /events',
    { ...order({ providerId: 'apm', bookings: [{ id: 'B1' }] }, 'BOOKING'), action: 'TRACE_REQUESTED' },
  ],
  ['events.get', (c) => c.events.get('e1'), 'GET /events/e1'],
  [
    'events.list',
    (c) => first(c.events.list({ type: 'CONTAINER', since: range.since, limit: 7 })),
    'GET /events?type=CONTAINER&since=2026-11-01T00%3A00%3A00.000Z&limit=7',
  ],
  ['traces.get', (c) => c.traces.get('t1'), 'GET /traces/t1'],
  ['traces.get asOf', (c) => c.traces.get('t1', { asOf: '2026-11-01' }), 'GET /traces/t1?asOf=2026-11-01'],
  [
    'traces.get knownAt',
    (c) => c.traces.get('t1', { knownAt: range.since }),
    'GET /traces/t1?knownAt=2026-11-01T00%3A00%3A00.000Z',
  ],
  [
    'traces.list',
    (c) => first(c.traces.list({ status: 'on_hold', q: 'CSQU', overdue: true })),
    'GET /traces?status=on_hold&q=CSQU&overdue=true',
  ],
  ['traces.ofContainer', (c) => first(c.traces.ofContainer('CSQU3054383')), 'GET /containers/CSQU3054383'],
  ['traces.history', (c) => first(c.traces.history('t1', { limit: 9 })), 'GET /traces/t1/history?limit=9'],
  ['traces.observations', (c) => first(c.traces.observations('t1')), 'GET /traces/t1/observations'],
  ['traces.explain', (c) => c.traces.explain('t1'), 'GET /traces/t1/explain'],
  ['traces.refresh', (c) => c.traces.refresh('t1'), 'POST /traces/t1/refresh'],
  ['traces.stop', (c) => c.traces.stop('t1'), 'POST /traces/t1/stop'],
  ['traces.resume', (c) => c.traces.resume('t1'), 'POST /traces/t1/resume'],
  ['webhooks.register', (c) => c.webhooks.register(hook), 'POST /webhooks', hook],
  ['webhooks.get', (c) => c.webhooks.get('w1'), 'GET /webhooks/w1'],
  ['webhooks.list', (c) => first(c.webhooks.list()), 'GET /webhooks'],
  ['webhooks.replace', (c) => c.webhooks.replace('w1', hook), 'PUT /webhooks/w1', hook],
  [
    'webhooks.change',
    (c) => c.webhooks.change('w1', { signingKey: 'k' }),
    'PATCH /webhooks/w1',
    { signingKey: 'k' },
  ],
  ['webhooks.remove', (c) => c.webhooks.remove('w1'), 'DELETE /webhooks/w1'],
  ['webhooks.test', (c) => c.webhooks.test('w1'), 'POST /webhooks/w1/test'],
  ['webhooks.enable', (c) => c.webhooks.enable('w1'), 'POST /webhooks/w1/enable'],
  [
    'webhooks.replay',
    (c) => c.webhooks.replay('w1', range),
    'POST /webhooks/w1/replay',
    { since: '2026-11-01T00:00:00.000Z', failedOnly: true },
  ],
  [
    'webhooks.deliveries',
    (c) => first(c.webhooks.deliveries('w1', { state: 'dead' })),
    'GET /webhooks/w1/deliveries?state=dead',
  ],
  ['deliveries.get', (c) => c.deliveries.get('d1'), 'GET /deliveries/d1'],
  [
    'deliveries.pull',
    (c) => c.deliveries.pull({ webhook: 'w1', after: 'c1', waitSeconds: 25, limit: 5 }),
    'GET /deliveries?webhook=w1&after=c1&wait=25&limit=5',
  ],
  [
    'deliveries.pull from the oldest',
    (c) => c.deliveries.pull({ webhook: 'w1' }),
    'GET /deliveries?webhook=w1',
  ],
  ['deliveries.resend', (c) => c.deliveries.resend('d1'), 'POST /deliveries/d1/resend'],
  ['providers', (c) => first(c.providers()), 'GET /providers'],
  ['usage', (c) => first(c.usage({ since: '2026-11-01' })), 'GET /usage?since=2026-11-01'],
  [
    'reports.rows',
    (c) => first(c.reports.rows('last-free-day', { siteId: 'USLAX' })),
    'GET /reports/last-free-day?siteId=USLAX',
  ],
  [
    'reports.file',
    (c) => c.reports.file('dwell', { format: 'parquet', providerId: 'apm' }),
    'GET /reports/dwell?providerId=apm&format=parquet',
  ],
  ['credentials.put', (c) => c.credentials.put('port_x', login), 'PUT /credentials/port_x', login],
  ['credentials.get', (c) => c.credentials.get('port_x', { orgId: 'o' }), 'GET /credentials/port_x?orgId=o'],
  [
    'credentials.remove',
    (c) => c.credentials.remove('port_x', { orgId: 'o' }),
    'DELETE /credentials/port_x?orgId=o',
  ],
];

describe('every call', () => {
  it.each(rows)('%s asks what the contract says', async (_call, run, request, body) => {
    const { client, calls } = await startPlatform({
      api: ({ method }) => (method === 'DELETE' ? 204 : { json: { data: [], nextCursor: null } }),
    });
    await run(client);
    const [asked, ...others] = calls();
    expect(others).toEqual([]);
    expect(`${asked?.method} ${asked?.path}`).toBe(request.replace(' ', ' /api'));
    expect(asked?.json).toEqual(body);
    expect(asked?.headers['content-type']).toBe(body && 'application/json');
    // Each POST and nothing else carries a key.
    const isPost = request.startsWith('POST');
    expect(asked?.headers['idempotency-key']).toEqual(
      isPost ? expect.stringMatching(/^[0-9a-f-]{36}$/) : undefined,
    );
  });

  it('has all methods of the client in this table', async () => {
    const { client } = await startPlatform();
    const tested = new Set(rows.map(([call]) => call.split(' ')[0]));
    const all = Object.entries(client).flatMap(([name, part]) =>
      typeof part === 'function' ? [name] : Object.keys(part).map((method) => `${name}.${method}`),
    );
    expect(all.filter((name) => !tested.has(name))).toEqual([]);
  });
});

describe('a report as a file', () => {
  it('is a stream that the caller reads', async () => {
    const { client } = await startPlatform({
      api: () => ({ headers: { 'content-type': 'text/csv' }, body: 'date,containers\n2026-11-01,3\n' }),
    });
    const file = await client.reports.file('dwell', { format: 'csv' });
    expect(file.headers.get('content-type')).toBe('text/csv');
    expect(await file.text()).toBe('date,containers\n2026-11-01,3\n');
  });
});
