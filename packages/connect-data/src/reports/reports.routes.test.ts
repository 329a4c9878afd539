import { pageOf, reportNames } from '@envase/contracts';
import { newEventId } from '@envase/runtime';
import { parse } from 'csv-parse/sync';
import { parquetReadObjects } from 'hyparquet';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ApiClient } from '../../test/api-client.ts';
import { addDelivery, addResult, addTrace, gateHook } from '../../test/build.ts';
import { addFreeDay, addStay } from '../../test/report-facts.ts';
import { startTestApi, type TestApi } from '../../test/start-test-api.ts';
import { reports } from './catalogue.ts';
import { startOfDay } from './days.ts';

let api: TestApi;
let client: ApiClient;
let stranger: ApiClient;
let hookId: string;

const HOUR_MS = 3_600_000;
const span = 'since=2026-11-01&until=2026-11-08';
const at = (day: number, hour = 12) => new Date(Date.UTC(2026, 10, day, hour));

function addError(day: number, code: string, count: number): Promise<unknown> {
  const payload = { providerId: 'apm', siteId: 'USLAX', code, affected: { count, ids: [] } };
  const owner = { _id: '', orgId: 'org-a', svcId: 'svc-1' };
  const event = { action: 'TRACE_ERROR', traceId: null, sequence: null, payload, createdAt: at(day) };
  return addResult(api, owner, event);
}

beforeAll(async () => {
  api = await startTestApi();
  client = await api.addClient();
  stranger = await api.addClient({ grants: [{ orgId: 'org-a', svcId: 'svc-2' }] });
  const hook = await client.post('/api/webhooks', gateHook());
  hookId = String(hook.body.id);
  await addStay(api, { at: at(2), siteId: 'USLAX', stayedH: 48 });
  await addStay(api, { at: at(2), siteId: 'USLAX', stayedH: 24 });
  await addStay(api, { at: at(2), siteId: 'USNWK', stayedH: 12 });
  await addStay(api, { at: at(3), siteId: 'USLAX', stayedH: 10 });
  await addStay(api, { at: at(3), siteId: 'USLAX', stayedH: 99, isTest: true });
  await addStay(api, { at: at(3), siteId: 'USLAX', stayedH: 99, orgId: 'org-b' });
  await addStay(api, { at: at(8), siteId: 'USLAX', stayedH: 99 });
  await addError(3, 'provider_timeout', 7);
  await addError(3, 'login_failed', 2);
  await addFreeDay(api, { earliest: '2026-11-04' });
  await addFreeDay(api, { earliest: '2026-11-04', isTest: true });
  await addFreeDay(api, { earliest: '2026-11-09' });
  await addFreeDay(api, { earliest: '2026-11-05', siteId: 'USNWK', tracing: false });
  const trace = await addTrace(api, { number: 'BOX1' });
  const owner = { webhookId: hookId, clientId: client.clientId };
  for (const [day, changes] of [
    [2, { state: 'delivered', attemptCount: 1, deliveredAt: at(2, 13) }],
    [2, { state: 'delivered', attemptCount: 3, deliveredAt: at(2, 15), traceId: trace._id }],
    [2, { state: 'dead', attemptCount: 10, dueAt: undefined }],
    [6, { state: 'pending' }],
    [8, { state: 'pending' }],
  ] as const) {
    const eventId = newEventId(at(day).getTime());
    await addDelivery(api, owner, { eventId, _id: `${eventId}~${hookId}`, ...changes } as never);
  }
});
afterAll(() => api[Symbol.asyncDispose]());

const read = async (name: string, query = span, by = client) => {
  const { status, body } = await by.get(`/api/reports/${name}?${query}`);
  expect(status).toBe(200);
  return body.data;
};
const figures = (...hours: [average: number, median: number, p90: number, longest: number]) => {
  const [averageMs, medianMs, p90Ms, longestMs] = hours.map((one) => one * HOUR_MS);
  return { averageMs, medianMs, p90Ms, longestMs };
};
const lax = { providerId: 'apm', siteId: 'USLAX' };
const newark = { providerId: 'apm', siteId: 'USNWK' };

const expected: Record<(typeof reportNames)[number], object[]> = {
  dwell: [
    { date: '2026-11-02', ...lax, containers: 2, measured: 2, ...figures(36, 24, 48, 48) },
    { date: '2026-11-02', ...newark, containers: 1, measured: 1, ...figures(12, 12, 12, 12) },
    { date: '2026-11-03', ...lax, containers: 1, measured: 1, ...figures(10, 10, 10, 10) },
  ],
  availability: [
    { date: '2026-11-02', ...lax, containers: 2, measured: 2, ...figures(36, 24, 48, 48) },
    { date: '2026-11-02', ...newark, containers: 1, measured: 1, ...figures(12, 12, 12, 12) },
    { date: '2026-11-03', ...lax, containers: 1, measured: 1, ...figures(10, 10, 10, 10) },
  ],
  'last-free-day': [
    { date: '2026-11-04', ...lax, containers: 1, onTime: 0, late: 0, standing: 1, unknown: 0, lateDays: 0 },
    {
      date: '2026-11-05',
      ...newark,
      containers: 1,
      onTime: 0,
      late: 0,
      standing: 0,
      unknown: 1,
      lateDays: 0,
    },
  ],
  providers: [
    { date: '2026-11-02', ...lax, results: 2, stale: 0, failures: 0, ...noFailures() },
    { date: '2026-11-02', ...newark, results: 1, stale: 0, failures: 0, ...noFailures() },
    {
      date: '2026-11-03',
      ...lax,
      results: 1,
      stale: 0,
      failures: 2,
      ...noFailures(),
      providerTimeout: 1,
      loginFailed: 1,
      affected: 9,
    },
  ],
  deliveries: [
    {
      date: '2026-11-02',
      deliveries: 3,
      delivered: 2,
      firstTry: 1,
      open: 0,
      dead: 1,
      cancelled: 0,
      attempts: 14,
      ...figures(2, 1, 3, 3),
    },
    {
      date: '2026-11-06',
      deliveries: 1,
      delivered: 0,
      firstTry: 0,
      open: 1,
      dead: 0,
      cancelled: 0,
      attempts: 0,
      averageMs: null,
      medianMs: null,
      p90Ms: null,
      longestMs: null,
    },
  ],
};

function noFailures() {
  const byCode = {
    providerUnavailable: 0,
    providerTimeout: 0,
    providerAnswer: 0,
    loginFailed: 0,
    rateLimited: 0,
  };
  return { ...byCode, affected: 0 };
}

describe.each(reportNames)('GET /api/reports/%s', (name) => {
  const rows = () =>
    expected[name].map((row) => (name === 'deliveries' ? { ...row, webhookId: hookId } : row));

  it('gives the rows of the span, oldest day first, as its schema says', async () => {
    const { body } = await client.get(`/api/reports/${name}?${span}`);
    expect(pageOf(reports[name].row.strict()).parse(body)).toEqual({ data: rows(), nextCursor: null });
  });

  it('says the same row for row in pages of JSON, as CSV and as Parquet', async () => {
    const paged: unknown[] = [];
    let cursor: unknown;
    while (cursor !== null) {
      const place = cursor === undefined ? '' : `&cursor=${cursor}`;
      const { body } = await client.get(`/api/reports/${name}?${span}&limit=1${place}`);
      paged.push(...(body.data as unknown[]));
      cursor = body.nextCursor;
    }
    expect(paged).toEqual(rows());
    const csv = await client.get(`/api/reports/${name}?${span}&format=csv`);
    expect(csv.headers.get('content-type')).toMatch(/^text\/csv/);
    expect(csv.headers.get('content-disposition')).toBe(`attachment; filename="${name}_2026-11-01.csv"`);
    const ofCsv: Record<string, string>[] = parse(csv.text, { columns: true });
    expect(ofCsv.map((row) => toJson(row))).toEqual(rows());
    const ofParquet = await readParquet(`/api/reports/${name}?${span}&format=parquet`);
    expect(ofParquet.map((row) => toJson(row))).toEqual(rows());
  });

  it('shows nothing of it to a client of another service', async () => {
    expect(await read(name, span, stranger)).toEqual([]);
    const { text } = await stranger.get(`/api/reports/${name}?${span}&format=csv`);
    expect(text.split('\r\n')).toEqual([Object.keys(reports[name].row.shape).join(','), '']);
  });

  it('narrows to a provider and a site, in any of their spellings', async () => {
    if (name === 'deliveries') {
      const [only] = expected.deliveries;
      const narrowed = {
        ...only,
        webhookId: hookId,
        deliveries: 1,
        delivered: 1,
        firstTry: 0,
        dead: 0,
        attempts: 3,
      };
      const place = `${span}&providerId=APM&siteId=urn:apm:uslax`;
      expect(await read(name, place)).toEqual([{ ...narrowed, ...figures(3, 3, 3, 3) }]);
    } else {
      const inNewark = rows().filter((row) => 'siteId' in row && row.siteId === 'USNWK');
      expect(await read(name, `${span}&providerId=APM&siteId=urn:apm:usnwk`)).toEqual(inNewark);
    }
    expect(await read(name, `${span}&providerId=nobody`)).toEqual([]);
  });

  it.each([
    ['since=soon', 'query.since'],
    ['since=2026-11-08&until=2026-11-08', 'query.since'],
    ['since=2025-01-01&until=2026-11-08', 'query.since'],
    ['format=xml', 'query.format'],
    ['limit=0', 'query.limit'],
    ['cursor=x', 'query.cursor'],
  ])('answers 400 for %s', async (query, path) => {
    const { status, body } = await client.get(`/api/reports/${name}?${query}`);
    expect(status).toBe(400);
    expect(body).toMatchObject({ code: 'invalid_request', details: [{ path }] });
  });
});

it('speaks of the last 30 days where no span is given, and of last free days a week ahead', async () => {
  const date = (days: number) =>
    startOfDay(new Date().toISOString().slice(0, 10), days).toISOString().slice(0, 10);
  const days = [-30, -22, 0, 7, 8];
  for (const ahead of days)
    await addFreeDay(api, { earliest: date(ahead), providerId: 'lbct', siteId: 'LBCT' });
  const dates = (rows: unknown) => (rows as { date: string }[]).map((row) => row.date);
  const told = await read('last-free-day', 'providerId=lbct');
  expect(dates(told)).toEqual([date(-22), date(0), date(7)]);
});

it('has no report of another name', async () => {
  for (const name of ['', '/', '/nothing', '/constructor']) {
    expect((await client.get(`/api/reports${name}`)).status).toBe(404);
  }
});

/** A row as JSON has it, of what CSV and Parquet make of dates, numbers and nothing. */
function toJson(row: Record<string, unknown>): object {
  const entries = Object.entries(row).map(([name, value]) => {
    if (value instanceof Date) return [name, value.toISOString().slice(0, 10)];
    if (/^(date|.*Id)$/.test(name)) return [name, value];
    return [name, value === '' || value === null ? null : Number(value)];
  });
  return Object.fromEntries(entries);
}

async function readParquet(path: string): Promise<Record<string, unknown>[]> {
  const headers = { authorization: `Bearer ${client.token}` };
  const answer = await fetch(`${api.url}${path}`, { headers });
  expect(answer.headers.get('content-type')).toBe('application/vnd.apache.parquet');
  return parquetReadObjects({ file: await answer.arrayBuffer() });
}
