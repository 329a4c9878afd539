import { notFound, type Observed } from '@envase/domain';
import { describe, expect, it } from 'vitest';
import {
  type ConformanceCases,
  describeProvider,
  observedAt,
  type PeerRequest,
} from '../conformance/index.ts';
import { onStage } from '../conformance/stage.ts';
import returned from './fixtures/empty-container-returns.json' with { type: 'json' };
import rows from './fixtures/import-availability.json' with { type: 'json' };
import token from './fixtures/token.json' with { type: 'json' };
import { apm } from './provider.ts';

const held = 'XTRU1000018';
const gone = 'XTRU1000023';
const place = { type: 'terminal', siteId: 'urn:apm:uslax', name: 'Pier 400 Los Angeles' };
const [heldRow, goneRow] = rows;

const common = {
  ...notFound(observedAt),
  found: true,
  carrier: { type: 'vessel', steamshipLine: 'MAE', vessel: 'EXAMPLE TRADER', voyage: null },
  destination: { ...place, type: 'terminal' },
  lastFreeDays: [{ source: 'terminal', date: '2026-03-08' }],
} satisfies Observed;

const expected: Record<string, Observed> = {
  [held]: {
    ...common,
    description: '40/GP/96',
    length: '40',
    isoType: '45G1',
    billOfLading: 'SYNT0001',
    milestones: [
      { code: 'discharged', time: { at: '2026-03-02T04:15:00-08:00' }, location: place },
      { code: 'grounded', time: null, location: place },
    ],
    holds: [{ type: 'customs', description: 'CUSTOMS HOLD', providerCode: 'CUSTOMS HOLD' }],
    fees: [],
    available: false,
    appointment: null,
    lot: 'A-12-03',
  },
  [gone]: {
    ...common,
    description: '20/GP/86',
    length: '20',
    isoType: '22G1',
    billOfLading: 'SYNT0002',
    milestones: [
      { code: 'discharged', time: { at: '2026-03-02T05:40:00-08:00' }, location: place },
      { code: 'outgated', time: { at: '2026-03-09T13:05:00-07:00' }, location: place },
      { code: 'returned', time: { at: '2026-03-11T09:30:00-07:00' }, location: place },
    ],
    holds: [],
    fees: [{ type: 'demurrage', amount: '385.00', currency: 'USD', paidThrough: '2026-03-08' }],
    available: true,
    appointment: { start: { at: '2026-03-09T13:00:00-07:00' }, end: null, number: '4400123' },
  },
};

const rowOf = (number: string) => rows.find((row) => row.containerId === number);
const sliceOf = (members: object, facilityCode = 'USLAX') => ({
  facilityCode,
  availability: [{ ...heldRow, ...members }],
  emptyReturns: [],
});

function answer(request: PeerRequest, known: readonly string[]) {
  if (request.path === '/oauth/client_credential/accesstoken') return { body: token };
  if (request.path === '/empty-container-returns') return { body: known.includes(gone) ? returned : [] };
  return { body: known.map(rowOf) };
}

const cases: ConformanceCases = {
  service: 'availability',
  siteId: 'USLAX',
  credentials: { clientId: 'made-up-client', clientSecret: 'made-up-secret' },
  boxes: [held, gone],
  stranger: 'XTRU1000091',
  answer,
  isQuestion: (request) => !request.path.startsWith('/oauth/'),
  questions: 2,
  expected,
  errorBody: { errorCode: '500', errorType: 'Internal Server Error', errorMessage: 'no' },
  flips: [
    {
      name: 'one object for an array of one',
      flip: (body) => (Array.isArray(body) ? body[0] : body),
      becomes: 'the same',
    },
    { name: 'an array within an object', flip: (body) => ({ data: body }), becomes: 'provider_answer' },
    { name: 'an array within an array', flip: (body) => [body], becomes: 'provider_answer' },
  ],
  unknownCodes: [
    {
      name: 'a readiness',
      slice: sliceOf({ readyForDelivery: 'Perhaps' }),
      code: 'readyForDelivery:Perhaps',
    },
    { name: 'a state', slice: sliceOf({ containerState: 'Adrift' }), code: 'containerState:Adrift' },
    { name: 'a hold', slice: sliceOf({ containerHolds: 'SPARKLE' }), code: 'containerHolds:SPARKLE' },
    { name: 'an amount', slice: sliceOf({ demurrageOwed: 'plenty' }), code: 'demurrageOwed:plenty' },
    {
      name: 'a time',
      slice: sliceOf({ facilityOutDateTimeLocal: 'yesterday' }),
      code: 'facilityOutDateTimeLocal:yesterday',
    },
  ],
  localTime: {
    slice: (local, siteId) => sliceOf({ facilityOutDateTimeLocal: local }, siteId),
    code: 'outgated',
  },
  samples: [
    { number: held, slice: sliceOf({}) },
    { number: gone, slice: { facilityCode: 'USLAX', availability: [goneRow], emptyReturns: [returned] } },
  ],
};

describeProvider(apm, cases);

describe('apm asks', () => {
  const trace = (
    reply: (request: PeerRequest) => object,
    batch: {
      siteId?: string;
      service?: 'availability' | 'empty';
      numbers?: string[];
      credentials?: object;
      times?: number;
    },
  ) =>
    onStage(
      apm,
      {
        ...cases,
        siteId: batch.siteId ?? '',
        service: batch.service ?? 'availability',
        credentials: { ...(batch.credentials ?? cases.credentials) },
      },
      {
        reply,
        async act(stage) {
          let slices = new Map<string, unknown>();
          for (let time = 0; time < (batch.times ?? 1); time += 1) {
            slices = await stage.trace({ numbers: batch.numbers ?? [held] });
          }
          return { slices, asked: stage.peer.requests };
        },
      },
    );
  const facilities = (asked: readonly PeerRequest[], path = '/import-availability') =>
    asked.filter((request) => request.path === path).map((request) => request.query.get('facilityCode'));

  it('one facility after the other when no site is given, until all boxes are found', async () => {
    const { slices, asked } = await trace(
      (request) =>
        request.query.get('facilityCode') === 'USMOB' ? { body: [heldRow] } : answer(request, []),
      {},
    );
    expect(facilities(asked)).toEqual(['USLAX', 'USNWK', 'USMOB']);
    expect(slices.get(held)).toMatchObject({ facilityCode: 'USMOB' });
    const mapped = apm.map(slices.get(held), {
      service: 'availability',
      number: held,
      siteId: '',
      zone: null,
      observedAt,
    });
    expect(mapped.destination).toEqual({ type: 'terminal', siteId: 'urn:apm:usmob', name: 'Mobile' });
  });

  it('on after a facility that the box has left, and takes the later visit', async () => {
    const later = { ...heldRow, containerId: gone, dischargeDateTimeLocal: '2026-05-01T06:00:00-04:00' };
    const { slices, asked } = await trace(
      (request) => {
        const code = request.query.get('facilityCode');
        return code === 'USLAX' || code === 'USMIA'
          ? { body: [code === 'USLAX' ? goneRow : later] }
          : answer(request, []);
      },
      { numbers: [gone] },
    );
    expect(facilities(asked)).toEqual(['USLAX', 'USNWK', 'USMOB', 'USMIA']);
    expect(facilities(asked, '/empty-container-returns')).toEqual([]);
    expect(slices.get(gone)).toMatchObject({ facilityCode: 'USMIA' });
  });

  it('the one facility of a site, by id or URN', async () => {
    for (const siteId of ['USNWK', 'urn:apm:usnwk', 'usnwk']) {
      const { asked } = await trace((request) => answer(request, []), { siteId });
      expect(facilities(asked)).toEqual(['USNWK']);
    }
  });

  it('about all boxes in one request, in the vendor’s spelling', async () => {
    const { slices, asked } = await trace((request) => answer(request, [held]), {
      siteId: 'USLAX',
      numbers: ['xtru 100001-8', 'XTRU1000039'],
    });
    const [question] = asked.filter(cases.isQuestion);
    expect(question?.query.get('assetId')).toBe('XTRU1000018,XTRU1000039');
    expect([...slices.keys()]).toEqual(['xtru 100001-8']);
  });

  it('for a token once for many batches, and with it for everything else', async () => {
    const { asked } = await trace((request) => answer(request, [held]), { siteId: 'USLAX', times: 3 });
    const tokens = asked.filter((request) => request.path.startsWith('/oauth/'));
    expect(tokens).toHaveLength(1);
    expect(tokens[0]?.query.get('grant_type')).toBe('client_credentials');
    expect(tokens[0]?.body).toBe('client_id=made-up-client&client_secret=made-up-secret');
    const others = asked.filter(cases.isQuestion);
    expect(others.map((request) => request.headers.authorization)).toEqual(Array(3).fill('Bearer FAKE'));
  });

  it('for a new token once when the kept one is refused in mid-batch', async () => {
    let issued = 0;
    const { slices, asked } = await trace(
      (request) => {
        if (!cases.isQuestion(request)) {
          issued += 1;
          return { body: { ...token, access_token: `T${issued}` } };
        }
        const isFresh = request.headers.authorization === 'Bearer T2';
        return isFresh ? answer(request, [held]) : { status: 401, body: { errorCode: '401' } };
      },
      { siteId: 'USLAX' },
    );
    expect(slices.size).toBe(1);
    expect(asked.filter(cases.isQuestion)).toHaveLength(2);
    expect(issued).toBe(2);
  });

  it('without a token where there is no client, as the sandbox allows', async () => {
    const { asked } = await trace((request) => answer(request, [held]), { siteId: 'USLAX', credentials: {} });
    expect(asked).toHaveLength(1);
    expect(asked[0]?.headers.authorization).toBeUndefined();
  });

  it('no more, with a failed login, when the client is refused', async () => {
    for (const status of [400, 401]) {
      const traced = trace(() => ({ status, body: { error: 'invalid_client' } }), {});
      await expect(traced).rejects.toMatchObject({ code: 'login_failed' });
    }
  });

  it('about the return of boxes that are out, and does without where there is no plan for it', async () => {
    const { slices, asked } = await trace(
      (request) =>
        request.path === '/empty-container-returns'
          ? { status: 403, body: {} }
          : answer(request, [held, gone]),
      { siteId: 'USLAX', numbers: [held, gone], times: 2 },
    );
    expect(asked.filter((request) => request.path === '/empty-container-returns')).toHaveLength(1);
    expect(asked.at(2)?.query.get('assetId')).toBe(gone);
    expect([...slices.keys()]).toEqual([held, gone]);
  });

  it('about returns alone for an empty, and tells its end', async () => {
    const { slices, asked } = await trace((request) => answer(request, [gone]), {
      service: 'empty',
      numbers: [gone],
      siteId: 'USLAX',
    });
    expect(asked.filter(cases.isQuestion).map((request) => request.path)).toEqual([
      '/empty-container-returns',
    ]);
    const mapped = apm.map(slices.get(gone), {
      service: 'empty',
      number: gone,
      siteId: 'USLAX',
      zone: 'America/Los_Angeles',
      observedAt,
    });
    expect(mapped).toMatchObject({ found: true, length: '20', isoType: '22G1' });
    expect(mapped.milestones.map((one) => one.code)).toEqual(['returned', 'completed']);
  });
});
