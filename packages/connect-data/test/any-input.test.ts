import { errorBody } from '@envase/contracts';
import { newUuid } from '@envase/runtime';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ApiAnswer, ApiClient } from './api-client.ts';
import { containerEvent, gateEvent, gateHook } from './build.ts';
import { startTestApi, type TestApi } from './start-test-api.ts';

let api: TestApi;
let client: ApiClient;
let hookPath: string;

beforeAll(async () => {
  api = await startTestApi();
  client = await api.addClient();
  const { body } = await client.post('/api/webhooks', gateHook({ url: 'https://tms.example/kept' }));
  hookPath = `/api/webhooks/${String(body.id)}`;
});
afterAll(() => api[Symbol.asyncDispose]());

type Json = null | boolean | number | string | Json[] | { [key: string]: Json };

const keys = fc.oneof(
  fc.string({ maxLength: 8 }),
  fc.constantFrom('$gt', '$where', '__proto__', 'constructor', 'a.b', 'orgId', 'payload', 'containers'),
);
// cspell:ignore letrec
const json = fc.letrec<{ value: Json }>((tie) => ({
  value: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    fc.constantFrom<Json>(
      null,
      true,
      0,
      -1,
      1e300,
      '',
      'svc-1',
      '***',
      '\u0000',
      '\ud800',
      'x'.repeat(3_000),
    ),
    fc.string({ unit: 'binary', maxLength: 20 }),
    fc.array(tie('value'), { maxLength: 4 }),
    fc
      .array(fc.tuple(keys, tie('value')), { maxLength: 4 })
      .map((entries): Json => Object.fromEntries(entries)),
  ),
})).value;

/** A body that is right but for one place, which may hold anything or be gone. */
function spoil(body: object): fc.Arbitrary<Json> {
  return fc
    .tuple(fc.constantFrom(...listPaths(body)), fc.option(json, { nil: undefined }))
    .map(([path, value]) => put(structuredClone(body) as Json, path, value));
}

function listPaths(value: unknown, base: string[] = []): string[][] {
  if (typeof value !== 'object' || value === null) return [base];
  const inner = Object.entries(value).flatMap(([key, one]) => listPaths(one, [...base, key]));
  return base.length > 0 ? [base, ...inner] : inner;
}

function put(body: Json, path: string[], value: Json | undefined): Json {
  let at = body as Record<string, Json>;
  for (const key of path.slice(0, -1)) at = at[key] as Record<string, Json>;
  const last = path.at(-1) ?? '';
  if (value === undefined) delete at[last];
  else at[last] = value;
  return body;
}

const traced = containerEvent({
  tmsId: 'svc-1',
  isTest: false,
  payload: {
    strictNumbers: false,
    traceUntil: 'outgated',
    replaces: 'h1',
    data: { companyName: 'A' },
    steamshipLine: 'MSCU',
    reference: 'R',
  },
});
const hook = gateHook({
  eventType: 'GATE',
  signingKey: 'a key',
  webhookHeaders: [{ name: 'X-Auth', value: 'v' }],
  filters: [{ 'payload.gate': 7 }],
  orgId: 'org-a',
  svcId: 'svc-1',
  description: 'ours',
  ordered: true,
  maxInFlight: 3,
  isTest: true,
  delivery: 'push',
});

const bodies: [name: string, method: string, path: () => string, body: fc.Arbitrary<Json>][] = [
  ['POST /api/events', 'POST', () => '/api/events', fc.oneof(json, spoil(traced), spoil(gateEvent()))],
  ['POST /api/webhooks', 'POST', () => '/api/webhooks', fc.oneof(json, spoil(hook))],
  ['PUT /api/webhooks/{id}', 'PUT', () => hookPath, fc.oneof(json, spoil(hook))],
  ['PATCH /api/webhooks/{id}', 'PATCH', () => hookPath, fc.oneof(json, spoil(hook))],
  ['POST /api/webhooks/{id}/enable', 'POST', () => `${hookPath}/enable`, json],
];

const expected = [200, 201, 400, 403, 404, 409, 422];

/** Success, or the contract's error: never ours. */
function expectContract(answer: ApiAnswer): void {
  expect(expected, answer.text).toContain(answer.status);
  if (answer.status >= 400) {
    expect(errorBody.safeParse(answer.body).success, answer.text).toBe(true);
    expect(answer.body.requestId).toBe(answer.headers.get('x-request-id'));
  }
}

describe('any JSON', () => {
  it.each(bodies)('gives %s nothing but the contract’s answers', async (_name, method, path, arbitrary) => {
    await fc.assert(
      fc.asyncProperty(arbitrary, async (body) => {
        expectContract(await client.send(method, path(), { text: JSON.stringify(body) }));
      }),
      { numRuns: 100 },
    );
  });

  it('leaves no operator and no prototype behind', async () => {
    const { body } = await client.get('/api/webhooks?limit=200');
    const ids = (body.data as { clientId?: string; id: string }[]).map(({ id }) => id);
    expect(ids).toContain(hookPath.split('/').at(-1));
    expect(Object.keys(Object.prototype)).toEqual([]);
    const stranger = await api.addClient({ grants: [{ orgId: 'org-z', svcId: '*' }] });
    for (const list of ['/api/events', '/api/webhooks', '/api/traces']) {
      expect((await stranger.get(list)).body.data).toEqual([]);
    }
  });
});

const parameters = ['limit', 'cursor', 'type', 'action', 'orgId', 'svcId', 'id', 'since', 'until', 'state'];
const more = ['status', 'providerId', 'siteId', 'q', 'overdue', 'status[$ne]', '__proto__', 'constructor'];
const value = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 20 }),
  fc.constantFrom(
    '',
    '0',
    '1',
    '2026-11-24',
    '2026-11-24T08:00:00Z',
    '0000-01-01',
    '9999-12-31',
    'org-a',
    '{}',
  ),
);
const query = fc.array(fc.tuple(fc.constantFrom(...parameters, ...more), value), { maxLength: 4 });
const lists = [
  '/api/events',
  '/api/webhooks',
  '/api/traces',
  '/api/providers',
  '/api/containers/TCLU1234568',
  'deliveries',
];

describe('any query', () => {
  it.each(lists)('gives GET %s nothing but the contract’s answers', async (list) => {
    const path = list === 'deliveries' ? `${hookPath}/deliveries` : list;
    await fc.assert(
      fc.asyncProperty(query, async (pairs) => {
        const text = pairs.map((pair) => pair.map((part) => encode(part)).join('=')).join('&');
        expectContract(await client.get(`${path}?${text}`));
      }),
      { numRuns: 50 },
    );
  });

  it('gives any path nothing but the contract’s answers', async () => {
    const prefix = fc.constantFrom('events', 'traces', 'webhooks', 'deliveries', 'containers', 'none');
    const rest = fc.array(fc.string({ unit: 'binary', minLength: 1, maxLength: 40 }), { maxLength: 3 });
    await fc.assert(
      fc.asyncProperty(prefix, rest, async (first, parts) => {
        const answer = await client.get(`/api/${[first, ...parts].map(encode).join('/')}`);
        expect([...expected, 405], answer.text).toContain(answer.status);
      }),
      { numRuns: 60 },
    );
  });

  it('answers 404 for an id of another list', async () => {
    expect((await client.get(`/api/events/${newUuid()}`)).status).toBe(404);
  });
});

/** As a URL has it; a lone surrogate has no form in one. */
function encode(text: string): string {
  return encodeURIComponent(text.toWellFormed());
}
