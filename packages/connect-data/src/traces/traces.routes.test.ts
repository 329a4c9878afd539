import { unknownState } from '@envase/domain';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ApiClient } from '../../test/api-client.ts';
import { addTrace, box, otherBox } from '../../test/build.ts';
import { startTestApi, type TestApi } from '../../test/start-test-api.ts';

let api: TestApi;
let client: ApiClient;
const ids: Record<string, string> = {};

beforeAll(async () => {
  api = await startTestApi();
  client = await api.addClient({
    grants: [
      { orgId: 'org-a', svcId: 'svc-1' },
      { orgId: 'org-b', svcId: '*' },
    ],
  });
  const at = (minute: number) => new Date(Date.UTC(2026, 10, 1, 8, minute));
  const known = { ...unknownState, status: 'discharged' } as const;
  const stopped = { tracing: false, nextTraceAt: null } as const;
  const traces: [name: string, changes: Parameters<typeof addTrace>[1]][] = [
    ['fresh', { createdAt: at(1), nextTraceAt: new Date(Date.now() + 60_000) }],
    ['discharged', { createdAt: at(2), siteId: 'USNWK', state: known, nextTraceAt: at(3), seq: 4 }],
    ['givenUp', { createdAt: at(3), siteId: '', state: known, ...stopped, stopReason: 'stopped_by_client' }],
    [
      'ended',
      {
        createdAt: at(4),
        number: otherBox,
        state: { ...known, status: 'outgated' },
        ...stopped,
        stopReason: 'outgated',
      },
    ],
    ['rail', { createdAt: at(5), orgId: 'org-b', providerId: 'bnsf', siteId: 'CHICAGO' }],
    ['booking', { createdAt: at(6), type: 'BOOKING', service: 'booking', number: 'BKG-7/A', siteId: '' }],
    ['foreign', { createdAt: at(7), svcId: 'svc-2' }],
  ];
  for (const [name, changes] of traces) ids[name] = (await addTrace(api, changes))._id;
});
afterAll(() => api[Symbol.asyncDispose]());

const namesOf = (data: unknown) =>
  (data as { id: string }[]).map(({ id }) => Object.keys(ids).find((name) => ids[name] === id));

const filters: [query: string, names: string[]][] = [
  ['', ['booking', 'rail', 'ended', 'givenUp', 'discharged', 'fresh']],
  ['status=discharged', ['discharged']],
  ['status=stopped', ['givenUp']],
  ['status=outgated', ['ended']],
  ['status=not_found', ['booking', 'rail', 'fresh']],
  ['providerId=BNSF', ['rail']],
  ['providerId=nobody', []],
  ['siteId=uslax', ['ended', 'fresh']],
  ['siteId=urn:apm:usnwk', ['discharged']],
  ['siteId=', ['booking', 'givenUp']],
  ['siteId=USLAX&providerId=apm&status=outgated', ['ended']],
  [`q=${box}`, ['rail', 'givenUp', 'discharged', 'fresh']],
  ['q=mscu%20123456', ['rail', 'givenUp', 'discharged', 'fresh']],
  ['q=bkg-7/a', ['booking']],
  ['q=NOTHING99', []],
  ['q=%3F', []],
  ['overdue=true', ['discharged']],
];

describe('GET /api/traces', () => {
  it.each(filters)('?%s lists the traces that fit, newest first', async (query, names) => {
    const { status, body } = await client.get(`/api/traces?${query}`);
    expect(status).toBe(200);
    // The traces without a set time are due now: overdue only by the clock of the test.
    const found = namesOf(body.data).filter((name) => query !== 'overdue=true' || names.includes(name ?? ''));
    expect(found).toEqual(names);
    expect(body.nextCursor).toBeNull();
  });

  it('goes on from a cursor', async () => {
    const first = await client.get('/api/traces?limit=4');
    const next = await client.get(`/api/traces?limit=4&cursor=${String(first.body.nextCursor)}`);
    expect([first, next].map(({ body }) => namesOf(body.data).length)).toEqual([4, 2]);
    expect(namesOf(next.body.data)).toEqual(['discharged', 'fresh']);
  });

  it.each(['status=lost', 'overdue=maybe', 'providerId=', 'q=', 'q=a&q=b', 'limit=1.5'])(
    'refuses ?%s',
    async (query) => {
      const { status, body } = await client.get(`/api/traces?${query}`);
      expect(status).toBe(400);
      expect(body.details).toMatchObject([{ path: `query.${query.split('=')[0]}` }]);
    },
  );
});

describe('GET /api/traces/{id}', () => {
  it('answers with the state as the payload of a result', async () => {
    const { body } = await client.get(`/api/traces/${ids.discharged}`);
    expect(body).toMatchObject({
      id: ids.discharged,
      orgId: 'org-a',
      svcId: 'svc-1',
      type: 'CONTAINER',
      service: 'availability',
      number: box,
      providerId: 'apm',
      siteId: 'USNWK',
      trip: 1,
      status: 'discharged',
      tracing: true,
      stopReason: null,
      createdAt: '2026-11-01T08:02:00.000Z',
      lastTracedAt: null,
      nextTraceAt: '2026-11-01T08:03:00.000Z',
      why: { rule: 'published' },
      sequence: 4,
      state: { containerNumber: box, id: box, status: 'discharged', changes: [], events: [], fees: [] },
    });
  });

  it('answers before anything is known', async () => {
    const { body } = await client.get(`/api/traces/${ids.fresh}`);
    expect(body).toMatchObject({ status: 'not_found', sequence: 0, state: { status: 'not_found' } });
  });

  it('shows a trace that was given up as stopped, with what was known', async () => {
    const { body } = await client.get(`/api/traces/${ids.givenUp}`);
    expect(body).toMatchObject({
      status: 'stopped',
      tracing: false,
      stopReason: 'stopped_by_client',
      nextTraceAt: null,
      state: { status: 'discharged' },
    });
  });

  it('shows a booking with the fields of a booking', async () => {
    const { body } = await client.get(`/api/traces/${ids.booking}`);
    expect(body.state).toMatchObject({ bookingNumber: 'BKG-7/A', bookingDetails: [], vessel: null });
  });
});

describe('GET /api/containers/{number}', () => {
  it.each([box, 'mscu123456', 'MSCU%20123456-6'])('lists the traces of %s', async (number) => {
    const { status, body } = await client.get(`/api/containers/${number}`);
    expect(status).toBe(200);
    expect(namesOf(body.data)).toEqual(['rail', 'givenUp', 'discharged', 'fresh']);
  });

  it('pages', async () => {
    const first = await client.get(`/api/containers/${box}?limit=2`);
    const next = await client.get(`/api/containers/${box}?cursor=${String(first.body.nextCursor)}`);
    expect(namesOf(next.body.data)).toEqual(['discharged', 'fresh']);
  });

  it.each(['TCLU0000000', '%3F%3F', 'BKG-7%2FA', 'x'.repeat(80)])('answers 404 for %s', async (number) => {
    expect((await client.get(`/api/containers/${number}`)).status).toBe(404);
  });
});
