import { notFound, type Observed, today } from '@envase/domain';
import { describe, expect, it } from 'vitest';
import {
  type ConformanceCases,
  describeProvider,
  observedAt,
  type PeerReply,
  type PeerRequest,
} from '../conformance/index.ts';
import { failureOf, onStage } from '../conformance/stage.ts';
import receipts from './fixtures/j1-receipts.json' with { type: 'json' };
import units from './fixtures/unit-details.json' with { type: 'json' };
import { bnsf } from './provider.ts';

const grounded = 'XTRU1000023';
const gone = 'XTRU1000044';
const place = { type: 'rail', siteId: 'urn:bnsf:alliance', name: 'ALLIANCE, TX' } as const;

const common = {
  ...notFound(observedAt),
  found: true,
  length: '40',
  loaded: 'laden',
  carrier: { type: 'rail', steamshipLine: null, vessel: null, voyage: null },
  destination: place,
  lastFreeDays: [{ source: 'rail', date: '2026-04-11' }],
} satisfies Observed;

const expected: Record<string, Observed> = {
  [grounded]: {
    ...common,
    milestones: [
      { code: 'rail-unloaded', time: { at: '2026-04-09T14:47:37.068Z' }, location: place },
      { code: 'grounded', time: null, location: place },
    ],
    lot: 'A-7-2',
  },
  [gone]: {
    ...common,
    milestones: [{ code: 'outgated', time: { at: '2026-04-10T13:20:00-05:00' }, location: place }],
  },
};

const serial = (number: string) => number.slice(4, 10);
const unitOf = (number: string) =>
  units.intermodalUnits.find((unit) => unit.equipmentNumber === serial(number));
const receiptOf = (number: string) =>
  receipts.elements.find((element) => element.j1Details.unitNumber === serial(number));
const [unit] = units.intermodalUnits;
const receipt = receipts.elements[0]?.j1Details['J1 Receipt'];

function answer(request: PeerRequest, known: readonly string[]): PeerReply {
  if (request.path === '/v3/unit-details') return { body: { intermodalUnits: known.map(unitOf) } };
  return { body: { elements: known.flatMap((number) => receiptOf(number) ?? []) } };
}

const withUnit = (members: object) => ({ unit: { ...unit, ...members }, receipts: [] });
const states: Readonly<Record<string, string>> = { ALLIANCE: 'TX', CHICAGO: 'IL', LOSANGELE: 'CA' };

const cases: ConformanceCases = {
  service: 'availability',
  siteId: '',
  credentials: {},
  boxes: [grounded, gone],
  stranger: 'XTRU1000091',
  answer,
  isQuestion: () => true,
  questions: 2,
  expected,
  errorBody: { httpErrors: ['Not Found'], httpResponseCode: '404' },
  flips: [
    { name: 'the bare array', flip: (body) => Object.values(body ?? {})[0], becomes: 'provider_answer' },
    { name: 'one object for an array', flip: () => ({ intermodalUnits: unit }), becomes: 'provider_answer' },
  ],
  unknownCodes: [
    {
      name: 'a status',
      slice: withUnit({ derivedEquipmentStatusName: 'Asleep' }),
      code: 'derivedEquipmentStatusName:Asleep',
    },
    { name: 'an event', slice: withUnit({ eventCode: 'ZZ' }), code: 'eventCode:ZZ' },
    { name: 'a place', slice: withUnit({ equipmentLocationCode: 'Q' }), code: 'equipmentLocationCode:Q' },
    { name: 'a load', slice: withUnit({ loadEmptyChassisCode: 'X' }), code: 'loadEmptyChassisCode:X' },
    {
      name: 'a flag',
      slice: withUnit({ derivedBadOrderIndicator: 'M' }),
      code: 'derivedBadOrderIndicator:M',
    },
    {
      name: 'a day',
      slice: withUnit({ shipmentLastFreeStorageDate: 'soon' }),
      code: 'shipmentLastFreeStorageDate:soon',
    },
    {
      name: 'a gate move without a direction',
      slice: { unit: null, receipts: [{ ...receipt, gateEditMessage: '' }] },
      code: 'J1.eventCode:TA',
    },
  ],
  localTime: {
    slice: (local, siteId) => ({
      unit: null,
      receipts: [
        {
          ...receipt,
          eventDate: local.slice(0, 10),
          eventTime: local.slice(11),
          station333: siteId || 'NOWHERE',
          stationStateCode: states[siteId] ?? 'TX',
        },
      ],
    }),
    code: 'outgated',
  },
  samples: [
    { number: grounded, slice: withUnit({}) },
    { number: gone, slice: { unit: unitOf(gone), receipts: [receipt] } },
  ],
};

describeProvider(bnsf, cases);

describe('bnsf asks', () => {
  const trace = (reply: (request: PeerRequest) => PeerReply, numbers: readonly string[]) =>
    onStage(bnsf, cases, {
      reply,
      async act(stage) {
        return { slices: await stage.trace({ numbers }), asked: stage.peer.requests };
      },
    });

  it('for units by four letters and six digits, and gives back the caller’s numbers', async () => {
    const numbers = ['XTRU1000023', 'XTRU100002', 'xtru 100002-9', 'AB12345'];
    const { slices, asked } = await trace((request) => answer(request, [grounded]), numbers);
    expect(JSON.parse(asked[0]?.body ?? '')).toEqual({
      intermodalUnits: [
        { equipmentInitial: 'XTRU', equipmentNumber: '100002' },
        { equipmentInitial: 'AB', equipmentNumber: '012345' },
      ],
    });
    expect([...slices.keys()]).toEqual(numbers.slice(0, 3));
  });

  it('for gate receipts of the last 7 days, of missing boxes only', async () => {
    const { asked } = await trace((request) => answer(request, [grounded, gone]), [grounded, gone]);
    const day = (ago: number) => today(Date.now() - ago * 86_400_000, 'America/Chicago');
    expect(asked.map((request) => [request.method, request.path])).toEqual([
      ['POST', '/v3/unit-details'],
      ['POST', '/v1/j1-receipts'],
    ]);
    expect(JSON.parse(asked[1]?.body ?? '')).toEqual({
      unitList: ['XTRU100004'],
      startDate: day(7),
      endDate: day(0),
      j1ReceiptData: true,
      j1ReceiptPdf: false,
    });
  });

  it('twice at most for a hundred boxes, and not for receipts while all are there', async () => {
    const numbers = Array.from({ length: 100 }, (_, index) => `XTRU${String(200_000 + index)}`);
    const missing = await trace((request) => answer(request, []), numbers);
    expect(missing.asked).toHaveLength(2);
    const present = await trace((request) => answer(request, [grounded]), [grounded]);
    expect(present.asked).toHaveLength(1);
  });

  it('for nothing when no number can be a unit', async () => {
    const { slices, asked } = await trace((request) => answer(request, []), ['123456', 'TRAILERX99']);
    expect(slices.size).toBe(0);
    expect(asked).toHaveLength(0);
  });

  it('and takes both error bodies, with any status, for what they say', async () => {
    const bodies: [PeerReply, string][] = [
      [{ body: { httpErrors: ['Bad Request'], httpResponseCode: '400' } }, 'provider_answer'],
      [{ body: { httpErrors: ['Internal'], httpResponseCode: 500 } }, 'provider_unavailable'],
      [{ body: { httpErrors: ['Slow down'], httpResponseCode: 429 } }, 'rate_limited'],
      [{ body: { message: 'Insufficient privileges' } }, 'login_failed'],
      [{ status: 403, body: { message: 'Insufficient privileges' } }, 'login_failed'],
      [{ status: 404, body: { httpErrors: ['Not Found'], httpResponseCode: '404' } }, 'provider_answer'],
    ];
    for (const [reply, code] of bodies) {
      expect((await failureOf(trace(() => reply, [grounded]))).code).toBe(code);
    }
  });

  it('and waits a minute after a 504, as the vendor says', async () => {
    const error = await failureOf(trace(() => ({ status: 504 }), [grounded]));
    expect(error).toMatchObject({ code: 'provider_unavailable', retryAfterMs: 60_000 });
  });

  it('nothing over https without a certificate', async () => {
    const client = bnsf.connect({
      baseUrl: 'https://127.0.0.1:1',
      credentials: {},
      spend: async () => undefined,
    });
    const signal = new AbortController().signal;
    const traced = client.trace({ service: 'availability', siteId: '', numbers: [grounded], signal });
    expect((await failureOf(traced)).code).toBe('login_failed');
    client.close();
  });
});
