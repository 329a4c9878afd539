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
import rows from './fixtures/availabilities.json' with { type: 'json' };
import { trapac } from './provider.ts';

const held = 'XTRU1000018';
const gone = 'XTRU1000039';
const missing = 'XTRU1000023';
const place = { type: 'terminal', siteId: 'urn:trapac:lax', name: 'Los Angeles, berth B136' } as const;

const common = { ...notFound(observedAt), found: true, destination: place, fees: [] } satisfies Observed;

const expected: Record<string, Observed> = {
  [held]: {
    ...common,
    description: '40/SD/96',
    length: '40',
    carrier: { type: 'vessel', steamshipLine: 'TF', vessel: 'ZZZ', voyage: '003E' },
    milestones: [{ code: 'grounded', time: null, location: place }],
    holds: [
      { type: 'customs', description: 'customs hold', providerCode: 'holdsCustoms' },
      { type: 'terminal', description: 'PIERPASS TMF HOLD', providerCode: 'PIERPASS TMF HOLD' },
    ],
    lastFreeDays: [{ source: 'terminal', date: '2026-06-09' }],
    lot: 'B011 row',
  },
  [gone]: {
    ...common,
    description: '20/SD/86',
    length: '20',
    carrier: { type: 'vessel', steamshipLine: 'TF', vessel: 'ZFJ', voyage: '003E' },
    milestones: [{ code: 'outgated', time: { at: '2026-06-16T01:40:00-07:00' }, location: place }],
    holds: [],
  },
};

const rowOf = (number: string) => rows.find((row) => row.number === number);
const [heldRow, goneRow, missingRow] = rows;
const sliceOf = (members: object, terminal = 'LAX') => ({ terminal, rows: [{ ...heldRow, ...members }] });

// The vendor answers a row for every number, one that is an error for a number it does not know.
function answer({ query }: PeerRequest, known: readonly string[]): PeerReply {
  const asked = (query.get('list') ?? '').split(',');
  const absent = asked.filter((number) => !known.includes(number));
  return { body: [...known.map(rowOf), ...absent.map((number) => ({ ...missingRow, number }))] };
}

const cases: ConformanceCases = {
  service: 'availability',
  siteId: 'LAX',
  credentials: {},
  boxes: [held, gone],
  stranger: 'XTRU1000091',
  answer,
  isQuestion: () => true,
  questions: 1,
  expected,
  errorBody: { Message: 'An error has occurred.' },
  flips: [
    {
      name: 'one object for an array of one',
      flip: (body) => (Array.isArray(body) ? body[0] : body),
      becomes: 'the same',
    },
    { name: 'an array within an object', flip: (body) => ({ rows: body }), becomes: 'provider_answer' },
    { name: 'an array within an array', flip: (body) => [body], becomes: 'provider_answer' },
  ],
  unknownCodes: [
    { name: 'a hold', slice: sliceOf({ holdsCustoms: 'PERHAPS' }), code: 'holdsCustoms:PERHAPS' },
    { name: 'a list of holds', slice: sliceOf({ terminalHold: [7] }), code: 'terminalHold:object' },
    { name: 'a summary', slice: sliceOf({ hold: 'YES' }), code: 'hold:YES' },
    { name: 'a day', slice: sliceOf({ lfd: 'soon' }), code: 'lfd:soon' },
    { name: 'an amount', slice: sliceOf({ amount: 'plenty' }), code: 'amount:plenty' },
    { name: 'a place', slice: sliceOf({ yardDescription: 'Adrift' }), code: 'yardDescription:Adrift' },
    { name: 'a state', slice: sliceOf({ yardStatus: 'Wheeled' }), code: 'yardStatus:Wheeled' },
    {
      name: 'a time of delivery',
      slice: sliceOf({ yardDescription: 'Delivered yesterday' }),
      code: 'yardDescription:Delivered yesterday',
    },
  ],
  localTime: {
    slice(local, siteId) {
      const [year, month, day] = local.slice(0, 10).split('-');
      const yardDescription = `Delivered ${month}/${day}/${year} ${local.slice(11, 16)}`;
      return { terminal: siteId, rows: [{ ...goneRow, yardDescription }] };
    },
    code: 'outgated',
  },
  samples: [
    { number: held, slice: sliceOf({}) },
    { number: gone, slice: { terminal: 'LAX', rows: [goneRow] } },
  ],
};

describeProvider(trapac, cases);

describe('trapac asks', () => {
  const trace = (
    reply: (request: PeerRequest) => PeerReply,
    { siteId = '', numbers = [held] }: { siteId?: string; numbers?: readonly string[] } = {},
  ) =>
    onStage(
      trapac,
      { ...cases, siteId },
      {
        reply,
        async act(stage) {
          return { slices: await stage.trace({ numbers }), asked: stage.peer.requests };
        },
      },
    );
  const terminals = (asked: readonly PeerRequest[]) => asked.map(({ query }) => query.get('terminal'));

  it('without a login, for all boxes in one request, in the vendor’s spelling', async () => {
    const { slices, asked } = await trace((request) => answer(request, [held]), {
      siteId: 'LAX',
      numbers: ['xtru 100001-8', missing],
    });
    expect(asked.map(({ method, path }) => [method, path])).toEqual([
      ['GET', '/TrapacAPI/api/Availabilities'],
    ]);
    expect(asked[0]?.query.get('list')).toBe(`${held},${missing}`);
    expect(asked[0]?.headers.authorization).toBeUndefined();
    expect([...slices.keys()]).toEqual(['xtru 100001-8']);
  });

  it('the one terminal of a site, by id or URN', async () => {
    for (const siteId of ['OAK', 'urn:trapac:oak', 'oak']) {
      const { asked } = await trace((request) => answer(request, []), { siteId });
      expect(terminals(asked)).toEqual(['OAK']);
    }
  });

  it('both terminals when no site is given, about boxes that do not stand in the first', async () => {
    const numbers = [held, gone, missing];
    const { slices, asked } = await trace(
      (request) => answer(request, request.query.get('terminal') === 'LAX' ? [held, gone] : []),
      { numbers },
    );
    expect(terminals(asked)).toEqual(['LAX', 'OAK']);
    expect(asked[1]?.query.get('list')).toBe(`${gone},${missing}`);
    expect([...slices.keys()]).toEqual([held, gone]);
    const once = await trace((request) => answer(request, [held]));
    expect(terminals(once.asked)).toEqual(['LAX']);
  });

  it('and takes the terminal where the box stands, else the one it left last', async () => {
    const at = (yardDescription: string) => ({ body: [{ ...goneRow, yardDescription }] });
    const terminalOf = async (atLax: string, atOak: string) => {
      const { slices } = await trace(({ query }) => at(query.get('terminal') === 'LAX' ? atLax : atOak), {
        numbers: [gone],
      });
      return slices.get(gone);
    };
    const [early, late] = ['Delivered 06/16/2026 01:40', 'Delivered 06/20/2026 08:00'];
    expect(await terminalOf(early, 'In Yard (#C1)')).toMatchObject({ terminal: 'OAK' });
    expect(await terminalOf(early, late)).toMatchObject({ terminal: 'OAK' });
    expect(await terminalOf(late, early)).toMatchObject({ terminal: 'LAX' });
  });

  it('and takes any code but zero for a box that is not there, whatever its text', async () => {
    for (const errorCode of [1, -1, 404, '7', 'E1']) {
      const body = [{ ...heldRow, errorCode, errorDescription: 'In Yard' }];
      expect((await trace(() => ({ body }), { siteId: 'LAX' })).slices.size).toBe(0);
    }
    for (const errorCode of [0, '0', null, undefined]) {
      const body = [{ ...heldRow, errorCode }];
      expect((await trace(() => ({ body }), { siteId: 'LAX' })).slices.size).toBe(1);
    }
  });

  it('in vain from an address that is not registered', async () => {
    const page = { headers: { 'content-type': 'text/html' }, body: '<h2>403 - Forbidden</h2>' };
    expect((await failureOf(trace(() => ({ status: 403, ...page })))).code).toBe('login_failed');
    const client = trapac.connect({
      baseUrl: 'http://127.0.0.1:1',
      credentials: {},
      spend: async () => undefined,
    });
    const signal = new AbortController().signal;
    const refused = client.trace({ service: 'availability', siteId: 'LAX', numbers: [held], signal });
    expect((await failureOf(refused)).code).toBe('provider_unavailable');
    client.close();
  });
});
