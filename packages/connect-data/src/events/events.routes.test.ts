import { listManifests } from '@envase/providers';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ApiClient } from '../../test/api-client.ts';
import { box, containerEvent, gateEvent } from '../../test/build.ts';
import { startTestApi, type TestApi } from '../../test/start-test-api.ts';

let api: TestApi;
let client: ApiClient;

beforeAll(async () => {
  api = await startTestApi();
  client = await api.addClient();
});
afterAll(() => api[Symbol.asyncDispose]());

const payload = { providerId: 'apm', siteId: 'USLAX', containers: [{ id: box }] };
const traced = { verb: 'trace', service: 'availability', providerId: 'apm', siteId: 'USLAX' };

const accepted: [name: string, body: object, order: object][] = [
  ['the plain envelope', containerEvent(), traced],
  ['tmsId for svcId', containerEvent({ svcId: undefined, tmsId: 'svc-1' }), traced],
  ['svcId and tmsId of one value', containerEvent({ tmsId: 'svc-1' }), traced],
  ['type and action in any case', containerEvent({ type: 'container', action: 'Trace_Requested' }), traced],
  ['a plain envelope without owner', { type: 'CONTAINER', action: 'TRACE_REQUESTED', payload }, traced],
  ['a dotted type', { type: 'mytms.container.trace_requested', payload }, traced],
  [
    'a dotted type with its owner',
    { orgId: 'org-a', svcId: 'svc-1', type: 'mytms.Container.Trace_Requested', payload },
    traced,
  ],
  ['containerNumber', containerEvent({ payload: { containers: undefined, containerNumber: box } }), traced],
  ['id', containerEvent({ payload: { containers: undefined, id: box } }), traced],
  ['all spellings of one box', containerEvent({ payload: { containerNumber: box, id: box } }), traced],
  ['a number with blanks', containerEvent({ payload: { containers: [{ id: 'mscu 123456-6' }] } }), traced],
  ['its normal form', containerEvent({ payload: { containers: [{ id: box, normalizedId: box }] } }), traced],
  ['locationCode', containerEvent({ payload: { siteId: undefined, locationCode: 'USLAX' } }), traced],
  ['a site in another case', containerEvent({ payload: { siteId: 'uslax' } }), traced],
  ['the URN of a site', containerEvent({ payload: { siteId: 'urn:apm:uslax' } }), traced],
  ['an empty site', containerEvent({ payload: { siteId: '' } }), { ...traced, siteId: '' }],
  ['no site', containerEvent({ payload: { siteId: undefined } }), { ...traced, siteId: '' }],
  [
    'a provider with a hyphen',
    containerEvent({ payload: { providerId: 'DCSA-TNT' } }),
    { ...traced, providerId: 'dcsa_tnt' },
  ],
  ['an empty', containerEvent({ action: 'TRACE_EMPTY_REQUESTED' }), { ...traced, service: 'empty' }],
  [
    'options',
    containerEvent({
      origin: 'ignored',
      unknown: 1,
      payload: { traceUntil: 'empty_returned', reference: 'R 1', data: { companyName: 'A' }, more: [] },
    }),
    { ...traced, traceUntil: 'empty_returned', reference: 'R 1' },
  ],
];

describe('POST /api/events, spellings', () => {
  it.each(accepted)('takes %s', async (_name, body, order) => {
    const answer = await client.post('/api/events', body);
    expect(answer.status, answer.text).toBe(201);
    const { id } = answer.body as { id: string };
    const event = await api.db.repositories.events.get(id);
    expect(event).toMatchObject({
      orgId: 'org-a',
      svcId: 'svc-1',
      clientId: client.clientId,
      type: 'CONTAINER',
      todo: ['hooks', 'trace'],
      order: { ...order, items: [{ number: box }] },
    });
    expect(answer.body).toMatchObject({
      id,
      tmsId: 'svc-1',
      createdAt: event?.createdAt.toISOString(),
      payload: (JSON.parse(JSON.stringify(body)) as { payload: object }).payload,
      items: [{ normalizedId: box, traceId: event?.order?.items[0]?.traceId, verdict: 'ok', warnings: [] }],
    });
  });

  it('passes any other event through and never traces it', async () => {
    const answer = await client.post('/api/events', gateEvent({ type: 'gate', payload: { id: box } }));
    expect(answer.body).toMatchObject({ type: 'GATE', origin: 'connect-data', isTest: false, items: [] });
    const event = await api.db.repositories.events.get(String(answer.body.id));
    expect(event).toMatchObject({ todo: ['hooks'], payload: `{"id":"${box}"}` });
    expect(event).not.toHaveProperty('order');
  });

  it('takes an action of a container that asks for no trace', async () => {
    const answer = await client.post('/api/events', gateEvent({ type: 'CONTAINER', action: 'MOVED' }));
    expect(answer.body).toMatchObject({ type: 'CONTAINER', action: 'MOVED', items: [] });
  });
});

const many = (count: number) => Array.from({ length: count }, (_, n) => ({ id: `BOX${String(n)}` }));
const nest = (depth: number): unknown => (depth === 0 ? 1 : { in: nest(depth - 1) });

const refused: [name: string, body: unknown, paths: string[]][] = [
  ['no object', [1], ['']],
  ['null', null, ['']],
  ['nothing at all', {}, ['/type', '/payload']],
  [
    'faults all over',
    containerEvent({ orgId: 'a b', svcId: 5, isTest: 'no' }),
    ['/orgId', '/svcId', '/isTest'],
  ],
  [
    'faults of envelope and payload',
    containerEvent({ orgId: 'a b', tmsId: 'x', payload: { providerId: 1, siteId: 'A', locationCode: 'B' } }),
    ['/orgId', '/tmsId', '/payload/providerId', '/payload/locationCode'],
  ],
  ['svcId and tmsId that differ', containerEvent({ tmsId: 'svc-2' }), ['/tmsId']],
  ['an unknown trace action', containerEvent({ action: 'TRACE_MAYBE' }), ['/action']],
  ['a type of two parts', { type: 'container.trace_requested', payload }, ['/type']],
  ['an empty part', { type: 'a..trace_requested', payload }, ['/type']],
  ['a type without its action', { type: 'CONTAINER', payload }, ['/action']],
  ['a type that is no word', gateEvent({ type: 'A B' }), ['/type']],
  [
    'known fields of wrong type',
    containerEvent({ payload: { siteId: 1, strictNumbers: 'yes', traceUntil: 'soon', data: [] } }),
    ['/payload/siteId', '/payload/strictNumbers', '/payload/traceUntil', '/payload/data'],
  ],
  ['no container', containerEvent({ payload: { containers: undefined } }), ['/payload/containers']],
  ['an empty payload', { ...containerEvent(), payload: {} }, ['/payload/providerId', '/payload/containers']],
  ['an empty list', containerEvent({ payload: { containers: [] } }), ['/payload/containers']],
  [
    'items without id',
    containerEvent({ payload: { containers: [{}, { id: 7 }, 'A'] } }),
    ['/payload/containers/0/id', '/payload/containers/1/id', '/payload/containers/2'],
  ],
  ['boxes that differ', containerEvent({ payload: { id: 'TCLU1234568' } }), ['/payload/id']],
  ['sites that differ', containerEvent({ payload: { locationCode: 'USNWK' } }), ['/payload/locationCode']],
  [
    'an unknown provider and a number that is none',
    containerEvent({ payload: { providerId: 'amp', containers: [{ id: '??' }] } }),
    ['/payload/providerId', '/payload/containers/0/id'],
  ],
  ['an unknown site', containerEvent({ payload: { siteId: 'USLAS' } }), ['/payload/siteId']],
  [
    'a service that is not offered',
    containerEvent({ action: 'TRACE_EMPTY_REQUESTED', payload: { providerId: 'bnsf', siteId: '' } }),
    ['/payload/providerId'],
  ],
  [
    'nothing but bad numbers',
    containerEvent({ payload: { containers: [{ id: 'A' }, { id: box, normalizedId: 'MSCU0000000' }] } }),
    ['/payload/containers/0/id', '/payload/containers/1/id'],
  ],
  [
    'a bad containerNumber',
    containerEvent({ payload: { containers: undefined, containerNumber: '?' } }),
    ['/payload/containerNumber'],
  ],
  [
    'a wrong check digit under strictNumbers',
    containerEvent({ payload: { containers: undefined, id: 'MSCU1234565', strictNumbers: true } }),
    ['/payload/id'],
  ],
  ['an unknown trace to replace', containerEvent({ payload: { replaces: 'h123' } }), ['/payload/replaces']],
  ['1,001 containers', containerEvent({ payload: { containers: many(1_001) } }), ['/payload/containers']],
  ['a payload too deep', gateEvent({ payload: nest(32) }), [`/payload${'/in'.repeat(31)}`]],
];

describe('POST /api/events, refusals', () => {
  it.each(refused)('refuses %s and stores nothing', async (_name, body, paths) => {
    const before = await newestEvent();
    const answer = await client.post('/api/events', body);
    expect(answer.status, answer.text).toBe(400);
    expect(answer.body).toEqual({
      code: 'invalid_request',
      message: expect.any(String),
      details: paths.map((path) => ({ path, message: expect.any(String) })),
      requestId: answer.headers.get('x-request-id'),
    });
    expect(await newestEvent()).toBe(before);
  });

  it('names near matches of a provider and of a site', async () => {
    const provider = await client.post('/api/events', containerEvent({ payload: { providerId: 'amp' } }));
    expect(provider.text).toContain('did you mean apm');
    const site = await client.post('/api/events', containerEvent({ payload: { siteId: 'USLAS' } }));
    expect(site.text).toContain('did you mean USLAX');
    const far = await client.post('/api/events', containerEvent({ payload: { providerId: 'zzzzzz' } }));
    expect(far.text).toContain('known: apm, bnsf, cn');
  });

  it('names the providers that offer a service', async () => {
    const event = containerEvent({
      action: 'TRACE_EMPTY_REQUESTED',
      payload: { providerId: 'bnsf', siteId: '' },
    });
    const offering = listManifests().filter(({ services }) => services.includes('empty'));
    const names = offering.map(({ id }) => id).join(', ');
    expect((await client.post('/api/events', event)).text).toContain(`offered by: ${names}`);
  });

  it('refuses what is no JSON, not declared as JSON, or larger than 256 KiB', async () => {
    const large = JSON.stringify(gateEvent({ payload: { text: 'x'.repeat(300 * 1024) } }));
    const answers = [
      await client.send('POST', '/api/events', { text: '{"type":' }),
      await client.send('POST', '/api/events', { text: '{}', headers: { 'content-type': 'text/plain' } }),
      await client.send('POST', '/api/events', { text: large }),
      await client.send('POST', '/api/events'),
    ];
    expect(answers.map(({ status }) => status)).toEqual([400, 415, 413, 400]);
    expect(answers.map(({ body }) => body.code)).toEqual([
      'invalid_request',
      'unsupported_media_type',
      'payload_too_large',
      'invalid_request',
    ]);
  });

  it('answers 403 alike for a foreign, an unknown and a half-named organization', async () => {
    await api.addClient({ grants: [{ orgId: 'org-b', svcId: '*' }] });
    const owners = [
      { orgId: 'org-b', svcId: 'svc-1' },
      { orgId: 'org-unknown', svcId: 'svc-1' },
      { orgId: 'org-a', svcId: 'svc-2' },
      { orgId: 'org-b', svcId: undefined },
      { orgId: undefined, svcId: 'svc-9' },
    ];
    const answers = await Promise.all(
      owners.map((owner) => client.post('/api/events', containerEvent(owner))),
    );
    expect(answers.map(({ status }) => status)).toEqual(owners.map(() => 403));
    const bodies = answers.map(({ body }) => ({ ...body, requestId: '' }));
    expect(new Set(bodies.map((body) => JSON.stringify(body))).size).toBe(1);
  });

  it('asks for the owner where the grants name more than one', async () => {
    const vendor = await api.addClient({
      grants: [
        { orgId: 'org-c', svcId: 'svc-1' },
        { orgId: 'org-c', svcId: 'svc-2' },
        { orgId: 'org-d', svcId: '*' },
      ],
    });
    const dotted = await vendor.post('/api/events', { type: 'a.container.trace_requested', payload });
    expect(dotted.body.details).toMatchObject([{ path: '/orgId' }, { path: '/svcId' }]);
    const half = await vendor.post('/api/events', gateEvent({ orgId: 'org-c', svcId: undefined }));
    expect(half.body.details).toMatchObject([{ path: '/svcId' }]);
    const narrowed = await vendor.post('/api/events', gateEvent({ orgId: undefined, svcId: 'svc-2' }));
    expect(narrowed.body).toMatchObject({ orgId: 'org-c', svcId: 'svc-2' });
  });
});

async function newestEvent(): Promise<unknown> {
  const { body } = await client.get('/api/events?limit=1');
  const [newest] = body.data as { id: string }[];
  return newest?.id;
}
