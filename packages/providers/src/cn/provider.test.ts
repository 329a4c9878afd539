import { notFound, type Observed } from '@envase/domain';
import { describe, expect, it } from 'vitest';
import {
  type ConformanceCases,
  describeProvider,
  observedAt,
  type PeerReply,
  type PeerRequest,
} from '../conformance/index.ts';
import { failureOf, onStage } from '../conformance/stage.ts';
import token from './fixtures/token.json' with { type: 'json' };
import tracking from './fixtures/tracking.json' with { type: 'json' };
import { cn } from './provider.ts';

const underway = 'XTRU2000100';
const grounded = 'XTRU2000250';
const yard = { type: 'rail', siteId: null, name: 'EXAMPLE YARD' } as const;
const montreal = { type: 'rail', siteId: 'urn:cn:montreal', name: 'MONTREAL TASCH YARD, QC' } as const;

const common = {
  ...notFound(observedAt),
  found: true,
  loaded: 'laden',
  carrier: { type: 'rail', steamshipLine: null, vessel: null, voyage: null },
  lastFreeDays: [{ source: 'rail', date: '2026-05-07' }],
} satisfies Observed;

const expected: Record<string, Observed> = {
  [underway]: {
    ...common,
    description: '40 ft high cube',
    length: '40',
    destination: yard,
    milestones: [
      {
        code: 'rail-departed',
        time: { at: '2026-05-02T03:10:00-05:00' },
        location: { type: 'rail', siteId: null, name: 'SAMPLETOWN' },
      },
      { code: 'eta', time: { at: '2026-05-04T18:30:00-04:00' }, location: yard, mode: 'rail' },
    ],
    holds: [],
  },
  [grounded]: {
    ...common,
    description: '20 FOOT CONTAINER',
    length: '20',
    destination: montreal,
    milestones: [
      { code: 'rail-unloaded', time: { at: '2026-05-04T19:05:30-04:00' }, location: montreal },
      { code: 'grounded', time: null, location: montreal },
    ],
    holds: [{ type: 'customs', description: 'CUSTOMS HOLD', providerCode: 'CUSTOMS HOLD' }],
    lot: 'B-12-4',
  },
};

const rows = tracking.ThirdPartyIntermodalShipment.Equipment;
const rowOf = (number: string) => rows.find((row) => number.startsWith(row.EquipmentId));
const [movingRow, groundedRow] = rows;
const wrap = (Equipment: unknown) => ({ ThirdPartyIntermodalShipment: { Equipment } });
const sliceOf = (members: object) => ({ equipment: [{ ...groundedRow, ...members }] });

function answer(request: PeerRequest, known: readonly string[]): PeerReply {
  if (request.path === '/v1/oauth/jwt-token/accesstokenJWT') return { body: token };
  return { body: wrap(known.map(rowOf)) };
}

const cases: ConformanceCases = {
  service: 'availability',
  siteId: '',
  credentials: { apiKey: 'made-up-key', apiSecret: 'made-up-secret' },
  boxes: [underway, grounded],
  stranger: 'XTRU2000917',
  answer,
  isQuestion: (request) => request.path === '/customers/v1/shipments/tracking',
  questions: 1,
  expected,
  errorBody: { fault: { faultstring: 'Invalid call', detail: { errorcode: 'made.up' } } },
  flips: [
    {
      name: 'one object for an array of one',
      flip: (body) => wrap(equipmentOf(body)[0]),
      becomes: 'the same',
    },
    { name: 'the bare array', flip: equipmentOf, becomes: 'provider_answer' },
    {
      name: 'the bare envelope',
      flip: () => ({ ThirdPartyIntermodalShipment: {} }),
      becomes: 'provider_answer',
    },
    { name: 'text for an array', flip: () => wrap('none'), becomes: 'provider_answer' },
  ],
  unknownCodes: [
    {
      name: 'an event',
      slice: sliceOf({ Event: { Description: 'LEVITATED' } }),
      code: 'Event.Description:LEVITATED',
    },
    {
      name: 'a zone word',
      slice: sliceOf({ ETA: { Time: '2026-05-04 18:30 XT' } }),
      code: 'ETA.Time:2026-05-04 18:30 XT',
    },
    {
      name: 'a word of customs',
      slice: sliceOf({ CustomsHolds: [{ Description: 'SPARKLE' }] }),
      code: 'CustomsHold.Description:SPARKLE',
    },
    { name: 'a condition', slice: sliceOf({ BadOrder: 'MAYBE' }), code: 'BadOrder:MAYBE' },
    { name: 'a kind', slice: sliceOf({ CarKind: 'KX9' }), code: 'CarKind:KX9' },
    { name: 'a load', slice: sliceOf({ LoadEmpty: 'X' }), code: 'LoadEmpty:X' },
    { name: 'a waybill', slice: sliceOf({ WaybillStatus: 'Dreaming' }), code: 'WaybillStatus:Dreaming' },
    {
      name: 'a day',
      slice: sliceOf({ StorageCharge: { LastFreeDay: 'soon' } }),
      code: 'StorageCharge.LastFreeDay:soon',
    },
  ],
  localTime: {
    slice: (local, siteId) => ({
      equipment: [
        {
          EquipmentId: 'XTRU200010',
          Event: {
            Description: 'OUT-GATE',
            Time: local.replace('T', ' '),
            Location: { Station: siteId || 'NOWHERE' },
          },
        },
      ],
    }),
    code: 'outgated',
  },
  samples: [
    { number: underway, slice: { equipment: [movingRow] } },
    { number: grounded, slice: { equipment: [groundedRow] } },
    { number: grounded, slice: sliceOf({ Event: { ...groundedRow?.Event, Description: 'OUT-GATE' } }) },
  ],
  // Of an event that cannot be read its place is left; of a destination that is another, that the box is on its way there.
  mayAppear: ['rail-arrived', 'grounded', 'rail-departed', 'eta'],
};

function equipmentOf(body: unknown): unknown[] {
  // The good answer is the one that `answer` made.
  return (body as ReturnType<typeof wrap>).ThirdPartyIntermodalShipment.Equipment as unknown[];
}

describeProvider(cn, cases);

describe('cn asks', () => {
  const trace = (
    reply: (request: PeerRequest) => PeerReply,
    batch: { numbers?: readonly string[]; times?: number; credentials?: Record<string, string> } = {},
  ) =>
    onStage(cn, batch.credentials ? { ...cases, credentials: batch.credentials } : cases, {
      reply,
      async act(stage) {
        let slices = new Map<string, unknown>();
        for (let time = 0; time < (batch.times ?? 1); time += 1) {
          slices = await stage.trace({ numbers: batch.numbers ?? [underway] });
        }
        return { slices, asked: stage.peer.requests };
      },
    });

  it('for ids of four letters and six digits in one request, and gives back the caller’s numbers', async () => {
    const numbers = [underway, 'XTRU200010', 'xtru 200010-0', 'AB12345', 'TRAILERX99'];
    const { slices, asked } = await trace((request) => answer(request, [underway]), { numbers });
    const questions = asked.filter(cases.isQuestion);
    expect(questions.map((one) => [one.method, one.query.get('equipmentIds')])).toEqual([
      ['GET', 'XTRU200010,AB012345'],
    ]);
    expect([...slices.keys()]).toEqual(numbers.slice(0, 3));
  });

  it('once for a hundred boxes, and for nothing when no number can be a unit', async () => {
    const numbers = Array.from({ length: 100 }, (_, index) => `XTRU${String(300_000 + index)}`);
    const { asked } = await trace((request) => answer(request, []), { numbers });
    expect(asked.filter(cases.isQuestion)).toHaveLength(1);
    const none = await trace((request) => answer(request, []), { numbers: ['123456', 'TRAILERX99'] });
    expect([none.slices.size, none.asked.length]).toEqual([0, 0]);
  });

  it('and keeps no echo of what was asked', async () => {
    const { slices } = await trace((request) => answer(request, [grounded]), { numbers: [grounded] });
    expect(JSON.stringify([...slices.values()])).not.toContain('InquiryValue');
  });

  it('for a token once for many batches, by key and secret, and with it for everything else', async () => {
    const { asked } = await trace((request) => answer(request, [underway]), { times: 3 });
    const [login, ...others] = asked;
    expect(login).toMatchObject({ method: 'POST', path: '/v1/oauth/jwt-token/accesstokenJWT', body: '' });
    expect(login?.query.get('grant_type')).toBe('client_credentials');
    expect(login?.headers['x-apikey']).toBe('made-up-key');
    const basic = Buffer.from('made-up-key:made-up-secret').toString('base64');
    expect(login?.headers.authorization).toBe(`Basic ${basic}`);
    expect(others.map((one) => one.headers.authorization)).toEqual(Array(3).fill('Bearer FAKE'));
  });

  it('for a new token once when the kept one has run out', async () => {
    let issued = 0;
    const { slices, asked } = await trace((request) => {
      if (!cases.isQuestion(request)) {
        issued += 1;
        return { body: { ...token, access_token: `T${issued}` } };
      }
      return request.headers.authorization === 'Bearer T2'
        ? answer(request, [underway])
        : { status: 401, body: { fault: {} } };
    });
    expect([slices.size, issued, asked.filter(cases.isQuestion).length]).toEqual([1, 2, 2]);
  });

  it('no more, with a failed login, when the key is refused or not there', async () => {
    for (const status of [400, 401, 403]) {
      const error = await failureOf(trace(() => ({ status, body: { error: 'invalid_client' } })));
      expect(error.code).toBe('login_failed');
    }
    for (const credentials of [{}, { apiKey: 'made-up-key' }]) {
      const error = await failureOf(trace((request) => answer(request, []), { credentials }));
      expect(error.code).toBe('login_failed');
    }
  });
});
