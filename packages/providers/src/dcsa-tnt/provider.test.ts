import { notFound, type Observed } from '@envase/domain';
import { describe, expect, it } from 'vitest';
import { byOrder } from '../conformance/by-order.ts';
import {
  type ConformanceCases,
  describeProvider,
  observedAt,
  type PeerReply,
  type PeerRequest,
} from '../conformance/index.ts';
import { failureOf, onStage } from '../conformance/stage.ts';
import { notifyingOf } from '../provider.ts';
import events from './fixtures/events.json' with { type: 'json' };
import { dcsaTnt } from './provider.ts';
import { callAt, moveAt, paperAt, wholeTrip } from './sample-events.ts';

const first = 'XTRU1000018';
const second = 'XTRU1000023';
const stranger = 'XTRU1000091';
const port = { type: 'terminal', siteId: 'urn:dcsa-tnt:uslax', name: 'Sample Port' } as const;

const expected: Observed = {
  ...notFound(observedAt),
  found: true,
  providerUpdatedAt: '2026-05-30T00:00:00.000Z',
  description: '45G1',
  length: '40',
  isoType: '45G1',
  loaded: 'laden',
  billOfLading: 'SYNT0020',
  carrier: { type: 'vessel', steamshipLine: null, vessel: 'EXAMPLE TRADER', voyage: '012W' },
  destination: port,
  milestones: [
    {
      code: 'loaded',
      time: { at: '2026-05-12T08:00:00+08:00' },
      location: { type: 'terminal', siteId: null, name: 'CNSHA' },
      mode: 'vessel',
    },
    { code: 'eta', time: { at: '2026-06-02T06:00:00-07:00' }, location: port, mode: 'vessel' },
  ],
};

/** The carrier answers per box; its own fault may be to add moves of another. */
function answer(request: PeerRequest, known: readonly string[]): PeerReply {
  const asked = request.query.get('equipmentReference');
  const body = known.flatMap((number) => {
    if (number !== asked && number !== stranger) return [];
    const own = number === asked ? events : events.filter((event) => event.eventType === 'EQUIPMENT');
    return own.map((event) =>
      'equipmentReference' in event ? { ...event, equipmentReference: number } : event,
    );
  });
  return { headers: { 'API-Version': '2.2.0' }, body };
}

const sliceOf = (...own: object[]) => ({ events: own });
const at = '2026-06-02T07:10:00-07:00';
const onRail = (place: string) => ({ modeOfTransport: 'RAIL', location: { UNLocationCode: place } });

const cases: ConformanceCases = {
  service: 'availability',
  siteId: '',
  credentials: { apiKey: 'made-up-key', headerName: 'Consumer-Key' },
  boxes: [first, second],
  stranger,
  answer,
  isQuestion: () => true,
  questions: 2,
  expected: { [first]: expected, [second]: expected },
  errorBody: { httpMethod: 'GET', errors: [{ reason: 'x', message: 'y' }], statusCode: 500 },
  flips: [
    { name: 'an array within an object', flip: (body) => ({ events: body }), becomes: 'provider_answer' },
    {
      name: 'the wrapping of version 3',
      flip: (body) => (Array.isArray(body) ? body.map((payload) => ({ metadata: {}, payload })) : body),
      becomes: 'provider_answer',
    },
  ],
  unknownCodes: [
    {
      name: 'a kind of event',
      slice: sliceOf(callAt('ARRI', at, 'USLAX', { eventType: 'MYSTERY' })),
      code: 'eventType:MYSTERY',
    },
    { name: 'a move', slice: sliceOf(moveAt('AVPU', at, 'USLAX')), code: 'equipmentEventTypeCode:AVPU' },
    { name: 'a call', slice: sliceOf(callAt('WAIT', at, 'USLAX')), code: 'transportEventTypeCode:WAIT' },
    {
      name: 'a word about a paper',
      slice: sliceOf(paperAt('LOST', at, 'CUS')),
      code: 'shipmentEventTypeCode:LOST',
    },
    {
      name: 'a classifier',
      slice: sliceOf(callAt('ARRI', at, 'USLAX', { eventClassifierCode: 'REQ' })),
      code: 'eventClassifierCode:REQ',
    },
    {
      name: 'a mode',
      slice: sliceOf(callAt('ARRI', at, 'USLAX', { transportCall: { modeOfTransport: 'DRONE' } })),
      code: 'modeOfTransport:DRONE',
    },
    {
      name: 'a load',
      slice: sliceOf(moveAt('GTOT', at, 'USLAX', { emptyIndicatorCode: 'HALF' })),
      code: 'emptyIndicatorCode:HALF',
    },
    { name: 'a time', slice: sliceOf(callAt('ARRI', 'soon', 'USLAX')), code: 'eventDateTime:soon' },
  ],
  localTime: {
    slice: (local, siteId) =>
      sliceOf(callAt('DEPA', local, '', { transportCall: onRail(siteId || 'XXABC') })),
    code: 'rail-departed',
  },
  samples: [
    { number: first, slice: { events } },
    { number: first, slice: { events: wholeTrip } },
  ],
  mayAppear: ['eta', 'etd'],
};

describeProvider(dcsaTnt, cases);

describe('by subscription', () => {
  const subscribed = notifyingOf(dcsaTnt);
  if (!subscribed) throw new Error('It calls nobody');
  const callback = {
    callbackUrl: 'https://hooks.example/tracehooks/dcsa_tnt',
    callbackSecret: 'bWFkZS11cA==',
  };
  describeProvider(byOrder(subscribed), {
    ...cases,
    credentials: { ...cases.credentials, ...callback },
    answer(request, known) {
      if (request.method === 'POST') {
        const { equipmentReference } = JSON.parse(request.body);
        return { status: 201, body: { subscriptionID: `subscription-${equipmentReference}` } };
      }
      return request.method === 'PUT' ? { status: 204 } : answer(request, known);
    },
    // To subscribe, to renew and to read, for each of two boxes.
    questions: 6,
  });
});

describe('dcsa_tnt asks', () => {
  const trace = (
    reply: (request: PeerRequest) => PeerReply,
    {
      numbers = [first],
      credentials = cases.credentials,
    }: { numbers?: string[]; credentials?: Record<string, string> } = {},
  ) =>
    onStage(
      dcsaTnt,
      { ...cases, credentials },
      {
        reply,
        async act(stage) {
          return { slices: await stage.trace({ numbers }), asked: stage.peer.requests };
        },
      },
    );

  it('one box per query, with the version and the key in the header of the carrier', async () => {
    const { asked } = await trace((request) => answer(request, [first]));
    expect(asked).toHaveLength(1);
    expect(asked[0]?.path).toBe('/v2/events');
    expect(Object.fromEntries(asked[0]?.query ?? [])).toEqual({ equipmentReference: first, limit: '100' });
    expect(asked[0]?.headers).toMatchObject({ 'api-version': '2', 'consumer-key': 'made-up-key' });
  });

  it('with the key in API-Key unless the carrier names another header', async () => {
    const { asked } = await trace((request) => answer(request, []), {
      credentials: { apiKey: 'made-up-key' },
    });
    expect(asked[0]?.headers['api-key']).toBe('made-up-key');
  });

  it('page after page, by link or bare cursor, at its own address only', async () => {
    const pages: Record<string, PeerReply> = {
      '': {
        headers: { 'Next-Page': 'https://elsewhere.example/v2/events?cursor=two&limit=100' },
        body: events.slice(0, 1),
      },
      two: { headers: { 'Next-Page': 'three' }, body: events.slice(1) },
      three: { headers: { 'Next-Page': '</v2/events?cursor=four>; rel="next"' }, body: [] },
      four: { body: [moveAt('DISC', at, 'USLAX')] },
    };
    const { slices, asked } = await trace(
      (request) => pages[request.query.get('cursor') ?? ''] ?? { status: 500 },
    );
    expect(asked.map((request) => request.query.get('cursor'))).toEqual([null, 'two', 'three', 'four']);
    expect(asked.every((request) => request.query.get('equipmentReference') === first)).toBe(true);
    expect(slices.get(first)).toMatchObject({ events: { length: 3 } });
  });

  it('no endless pages', async () => {
    const looping = trace(() => ({ headers: { 'Next-Page': 'same' }, body: events }));
    expect((await failureOf(looping)).code).toBe('provider_answer');
    let page = 0;
    const growing = trace(() => {
      page += 1;
      return { headers: { 'Next-Page': `page${page}` }, body: [] };
    });
    expect((await failureOf(growing)).code).toBe('provider_answer');
  });

  it('and fails as a whole when a page does', async () => {
    const traced = trace((request) =>
      request.query.has('cursor') ? { status: 503 } : { headers: { 'Next-Page': 'two' }, body: events },
    );
    expect((await failureOf(traced)).code).toBe('provider_unavailable');
  });

  it('and takes an empty list, or 404 with the error object of the standard, for not found', async () => {
    const error = { httpMethod: 'GET', requestUri: '/v2/events', errors: [], statusCode: 404 };
    for (const reply of [{ body: [] }, { status: 404, body: error }]) {
      expect((await trace(() => reply)).slices.size).toBe(0);
    }
  });

  it('and takes the 404 of a gateway for a wrong address', async () => {
    const traced = trace(() => ({ status: 404, body: { message: 'no Route matched with those values' } }));
    expect((await failureOf(traced)).code).toBe('provider_answer');
  });

  it('and takes a single event for a list of one', async () => {
    expect((await trace(() => ({ body: events[0] }))).slices.get(first)).toEqual({ events: [events[0]] });
  });

  it('and drops events that name another box, also among their references', async () => {
    const references = (value: string) => ({ references: [{ referenceType: 'EQ', referenceValue: value }] });
    const own = [
      paperAt('ISSU', at, 'TRD', references(first)),
      moveAt('DISC', at, 'USLAX', { equipmentReference: 'XTRU100001' }),
    ];
    const foreign = [
      paperAt('ISSU', at, 'TRD', references(second)),
      moveAt('DISC', at, 'USLAX', { equipmentReference: second }),
    ];
    expect((await trace(() => ({ body: [...own, ...foreign] }))).slices.get(first)).toEqual({ events: own });
  });
});
