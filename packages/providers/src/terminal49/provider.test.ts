import { createHmac } from 'node:crypto';
import { notFound, type Observed } from '@envase/domain';
import { describe, expect, it } from 'vitest';
import { byOrder } from '../conformance/by-order.ts';
import {
  type ConformanceCases,
  describeProvider,
  observedAt,
  type PeerReply,
  type PeerRequest,
  startPeer,
} from '../conformance/index.ts';
import containerFixture from './fixtures/container.json' with { type: 'json' };
import notification from './fixtures/notification.json' with { type: 'json' };
import shipment from './fixtures/shipment.json' with { type: 'json' };
import { terminal49, terminal49Poll } from './provider.ts';

const first = 'XTRU1000018';
const second = 'XTRU1000023';
const stranger = 'XTRU1000091';
const port = { type: 'terminal', siteId: null, name: 'Sample Port' } as const;

const expectedOf: Observed = {
  ...notFound(observedAt),
  found: true,
  description: 'dry high cube',
  length: '40',
  billOfLading: 'SYNT0021',
  carrier: { type: 'vessel', steamshipLine: 'EXLU', vessel: 'EXAMPLE TRADER', voyage: '012W' },
  destination: port,
  milestones: [
    {
      code: 'departed',
      time: { at: '2026-05-12T12:00:00Z' },
      location: { type: 'terminal', siteId: null, name: 'Shanghai' },
      mode: 'vessel',
    },
    { code: 'arrived', time: { at: '2026-06-02T13:00:00Z' }, location: port },
    { code: 'discharged', time: { at: '2026-06-02T18:30:00Z' }, location: port },
    { code: 'grounded', time: null, location: port },
  ],
  holds: [{ type: 'customs', description: 'CBP exam', providerCode: 'customs' }],
  fees: [{ type: 'demurrage', amount: '385.50', currency: 'USD', paidThrough: null }],
  available: false,
  lastFreeDays: [{ source: 'terminal', date: '2026-06-09' }],
  appointment: null,
  lot: 'A1203',
};

const containerOf = (number: string, members: object = {}) => ({
  ...containerFixture,
  attributes: { ...containerFixture.attributes, number, ...members },
});
const requestOf = (number: string, members: object = {}) => ({
  id: `request-${number}`,
  type: 'tracking_request',
  attributes: {
    request_number: number,
    status: 'created',
    failed_reason: null,
    is_retrying: false,
    ...members,
  },
  relationships: { tracked_object: { data: { id: `shipment-${number}`, type: 'shipment' } } },
});
const failedOf = (number: string, reason: string) => ({
  ...requestOf(number, { status: 'failed', failed_reason: reason }),
  relationships: {},
});

/** The vendor: it takes every order, and fails those of boxes that it does not know. */
function answer(request: PeerRequest, known: readonly string[]): PeerReply {
  const headers = { 'content-type': 'application/vnd.api+json' };
  const send = (body: object, status = 200) => ({ status, headers, body: JSON.stringify(body) });
  if (request.method === 'POST') {
    const number = JSON.parse(request.body).data.attributes.request_number;
    return send({ data: requestOf(number, { status: 'pending' }) }, 201);
  }
  const number = request.path.slice(-11);
  if (request.path.startsWith('/tracking_requests/'))
    return send({ data: known.includes(number) ? requestOf(number) : failedOf(number, 'not_found') });
  // A bill has several boxes: all that are known, in one answer.
  return send({ data: shipment, included: known.map((one) => containerOf(one)) });
}

const sliceOf = (members: object) => ({
  container: containerOf(first, members).attributes,
  shipment: shipment.attributes,
});

const cases: ConformanceCases = {
  service: 'availability',
  siteId: '',
  credentials: { apiKey: 'made-up-key' },
  boxes: [first, second],
  stranger,
  answer,
  isQuestion: () => true,
  questions: 6,
  expected: { [first]: expectedOf, [second]: expectedOf },
  errorBody: { errors: [{ status: '500', title: 'no' }] },
  flips: [{ name: 'a list for one', flip: (body) => [body], becomes: 'provider_answer' }],
  unknownCodes: [
    { name: 'a state', slice: sliceOf({ current_status: 'adrift' }), code: 'current_status:adrift' },
    {
      name: 'a hold',
      slice: sliceOf({ holds_at_pod_terminal: [{ name: 'sparkle', status: 'hold' }] }),
      code: 'holds_at_pod_terminal.name:sparkle',
    },
    {
      name: 'a fee',
      slice: sliceOf({ fees_at_pod_terminal: [{ type: 'sparkle', amount: 1 }] }),
      code: 'fees_at_pod_terminal.type:sparkle',
    },
    { name: 'a time', slice: sliceOf({ pod_arrived_at: 'yesterday' }), code: 'pod_arrived_at:yesterday' },
  ],
  localTime: {
    slice: (local) => ({ container: { number: first, pod_full_out_at: local }, shipment: {} }),
    code: 'outgated',
  },
  samples: [{ number: first, slice: sliceOf({}) }],
  mayAppear: ['eta', 'etd', 'grounded', 'outgated'],
};

describeProvider(byOrder(terminal49Poll), cases);

/** One box at a vendor that answers by path; resolves to what came of it and what was asked. */
async function order(reply: (request: PeerRequest) => PeerReply) {
  const peer = await startPeer((request) => {
    const said = reply(request);
    return {
      ...said,
      ...(said.body !== undefined && {
        headers: { 'content-type': 'application/vnd.api+json' },
        body: JSON.stringify(said.body),
      }),
    };
  });
  const client = terminal49.connect({
    baseUrl: peer.baseUrl,
    credentials: { apiKey: 'k' },
    spend: async () => undefined,
  });
  const signal = new AbortController().signal;
  try {
    const { references } = await client.subscribe({
      service: 'availability',
      siteId: '',
      numbers: [first],
      signal,
    });
    const reference = references.get(first);
    const items = reference === undefined ? [] : [{ number: first, reference }];
    const findings = await client.look({ service: 'availability', siteId: '', items, signal });
    return {
      reference,
      finding: reference === undefined ? undefined : findings.get(reference),
      asked: peer.requests,
    };
  } finally {
    client.close();
    await peer.close();
  }
}

const showing =
  (request: object, status = 200) =>
  (asked: PeerRequest) =>
    asked.method === 'POST'
      ? { status: 201, body: { data: requestOf(first) } }
      : { status, body: { data: request } };

describe('an order at terminal49', () => {
  it('is placed by container, with the key, in JSON:API', async () => {
    const { asked } = await order((request) => ({
      ...answer(request, [first]),
      body: undefined,
      status: 503,
    })).catch(() => order(showing(requestOf(first, { status: 'pending' }))));
    expect(asked[0]?.headers).toMatchObject({
      authorization: 'Token k',
      'content-type': 'application/vnd.api+json',
      accept: 'application/vnd.api+json',
    });
    expect(JSON.parse(asked[0]?.body ?? '')).toEqual({
      data: {
        type: 'tracking_request',
        attributes: { request_type: 'container', request_number: first, auto_detect_vocc_scac: true },
      },
    });
  });

  it.each([
    ['pending', {}, { state: 'waiting' }],
    ['awaiting_manifest', {}, { state: 'waiting' }],
    ['failed', { is_retrying: true }, { state: 'waiting' }],
    ['failed', { failed_reason: 'not_found' }, { state: 'not_found', isOver: true }],
    ['failed', { failed_reason: 'invalid_number' }, { state: 'not_found', isOver: true }],
    ['failed', { failed_reason: 'shipping_line_unreachable' }, { state: 'void' }],
    ['tracking_stopped', {}, { state: 'void' }],
  ])('that is %s %j is %j', async (status, members, finding) => {
    const request = { ...requestOf(first, { status, ...members }), relationships: {} };
    expect((await order(showing(request))).finding).toEqual(finding);
  });

  it('that is gone is void, and one whose box is not there yet waits', async () => {
    const errors = { errors: [{ status: '404', title: 'Not Found' }] };
    const gone = (asked: PeerRequest): PeerReply =>
      asked.method === 'POST'
        ? { status: 201, body: { data: requestOf(first) } }
        : { status: 404, body: errors };
    expect((await order(gone)).finding).toEqual({ state: 'void' });
    const empty = (asked: PeerRequest): PeerReply =>
      asked.path.startsWith('/shipments')
        ? { body: { data: shipment, included: [] } }
        : showing(requestOf(first))(asked);
    expect((await order(empty)).finding).toEqual({ state: 'waiting' });
  });

  it.each([
    ['a failed request', { status: 201, body: { data: failedOf(first, 'duplicate') } }],
    [
      'a refusal',
      { status: 422, body: { errors: [{ status: '422', title: 'already tracked', code: 'duplicate' }] } },
    ],
  ])('that was placed before is found, whether the vendor says so by %s', async (_what, reply) => {
    const existing = { ...requestOf(first, { status: 'pending' }), id: 'earlier', relationships: {} };
    const { reference, asked } = await order((request) => {
      if (request.method === 'POST') return reply;
      return request.path === '/tracking_requests'
        ? { body: { data: [existing] } }
        : { body: { data: existing } };
    });
    expect(reference).toBe('earlier');
    expect(asked[1]?.query.get('filter[request_number]')).toBe(first);
  });

  it('of a number that is refused is none', async () => {
    const refused = { status: 422, body: { errors: [{ status: '422', title: 'is invalid' }] } };
    expect((await order(() => refused)).reference).toBeUndefined();
  });
});

describe('a notification of terminal49', () => {
  const received = { receivedAt: new Date('2026-06-03T04:00:01Z'), path: '' };
  const body = (document: object = notification) => Buffer.from(JSON.stringify(document));

  it('is known by its signature over the bytes', () => {
    const sign = (secret: string) => createHmac('sha256', secret).update(body()).digest('hex');
    const verify = (signature: string, secret = 's1') =>
      terminal49.verify({ headers: { 'x-t49-webhook-signature': signature }, body: body() }, secret);
    expect(verify(sign('s1'))).toBe(true);
    for (const wrong of [sign('s2'), sign('s1').slice(2), sign('s1').toUpperCase(), ''])
      expect(verify(wrong)).toBe(false);
    expect(verify(sign(''), '')).toBe(false);
    expect(terminal49.verify({ headers: {}, body: body() }, 's1')).toBe(false);
  });

  it('tells of the container that it includes', () => {
    const [told] = terminal49.parse(body(), received);
    if (!told || 'ask' in told) throw new Error('nothing was told');
    expect(told.number).toBe(first);
    const context = { service: 'availability', number: first, siteId: '', zone: null, observedAt } as const;
    expect(terminal49.map(told.slice, context)).toMatchObject({
      found: true,
      available: false,
      holds: [{ type: 'customs', description: 'customs' }],
      lastFreeDays: [{ source: 'terminal', date: '2026-06-09' }],
    });
  });

  it('that comes late, or says little, has the container read', () => {
    const ask = [{ ask: '00000000-0000-4000-8000-0000000000ee' }];
    expect(terminal49.parse(body(), { ...received, receivedAt: new Date('2026-06-03T05:00:00Z') })).toEqual(
      ask,
    );
    const attributes = { ...notification.data.attributes, event: 'container.transport.available' };
    expect(
      terminal49.parse(body({ ...notification, data: { ...notification.data, attributes } }), received),
    ).toEqual(ask);
    const bare = {
      id: 'e',
      type: 'transport_event',
      relationships: { container: { data: { id: 'c9', type: 'container' } } },
    };
    expect(terminal49.parse(body({ ...notification, included: [bare] }), received)).toEqual([{ ask: 'c9' }]);
  });

  it('about a request or a document names no box', () => {
    const request = { id: 'r', type: 'tracking_request', attributes: { status: 'failed' } };
    expect(terminal49.parse(body({ ...notification, included: [request] }), received)).toEqual([]);
  });

  it.each(['', 'text', '[]', '{}', '{"data":{"id":"1","type":"other"}}'])(
    'that is %j cannot be read',
    (text) => {
      expect(() => terminal49.parse(Buffer.from(text), received)).toThrow(/notification/);
    },
  );
});
