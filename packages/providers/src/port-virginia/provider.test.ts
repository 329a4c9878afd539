import { notFound, type Observed } from '@envase/domain';
import { describe, expect, it } from 'vitest';
import {
  type ConformanceCases,
  describeProvider,
  observedAt,
  type PeerReply,
  type PeerRequest,
  startPeer,
} from '../conformance/index.ts';
import { failureOf, onStage } from '../conformance/stage.ts';
import details from './fixtures/container-details.json' with { type: 'json' };
import rows from './fixtures/import-availability.json' with { type: 'json' };
import { portVirginia } from './provider.ts';

const held = 'XTRU5004562';
const gone = 'XTRU5004578';
const missing = 'XTRU6007890';
const norfolk = {
  type: 'terminal',
  siteId: 'urn:port-virginia:nit',
  name: 'Norfolk International Terminals',
} as const;
const gateway = {
  type: 'terminal',
  siteId: 'urn:port-virginia:vig',
  name: 'Virginia International Gateway',
} as const;

const common = {
  ...notFound(observedAt),
  found: true,
  loaded: 'laden',
  carrier: { type: 'vessel', steamshipLine: 'EXLU', vessel: 'EXAMPLE TRADER', voyage: '012W' },
} satisfies Observed;

const expected: Record<string, Observed> = {
  [held]: {
    ...common,
    description: '4500',
    length: '40',
    isoType: '4500',
    billOfLading: 'SYNT0018',
    destination: norfolk,
    milestones: [
      { code: 'discharged', time: null, location: norfolk },
      { code: 'grounded', time: null, location: norfolk },
    ],
    holds: [{ type: 'customs', description: 'CUSTOMS', providerCode: 'CUSTOMS' }],
    available: false,
    lastFreeDays: [{ source: 'terminal', date: '2026-06-09' }],
    lot: '12A',
  },
  [gone]: {
    ...common,
    description: '22G0',
    length: '20',
    isoType: '22G0',
    billOfLading: 'SYNT0020',
    destination: gateway,
    milestones: [
      { code: 'discharged', time: null, location: gateway },
      { code: 'outgated', time: { at: '2026-02-15T18:16:13.973-05:00' }, location: gateway },
      { code: 'returned', time: { at: '2026-03-09T17:46:38.769-04:00' }, location: gateway },
    ],
    holds: [],
    available: true,
  },
};

const rowOf = (number: string) => rows.find((row) => row.equipmentId === number);
const heldData = rowOf(held)?.data;
const sliceOf = (members: object) => ({ data: { ...heldData, ...members } });

interface Item {
  equipmentId: string;
  referenceId: string;
}

// The bodies that the client under test sends.
const itemsOf = ({ body }: PeerRequest) => JSON.parse(body) as Item[];

/** The vendor's echo of every item, with the import of those it knows. */
function answer(request: PeerRequest, known: readonly string[]): PeerReply {
  const strangers = known.filter((number) => !itemsOf(request).some((one) => one.equipmentId === number));
  const asked = itemsOf(request).flatMap((item) => {
    const own = known.filter((number) => number === item.equipmentId);
    const found = own.map((number) => ({ ...rowOf(number), ...item }));
    return found.length > 0 ? found : [{ ...rowOf(missing), ...item }];
  });
  return { body: [...asked, ...strangers.map(rowOf)] };
}

const cases: ConformanceCases = {
  service: 'availability',
  siteId: '',
  credentials: { apiKey: 'made-up-key' },
  boxes: [held, gone],
  stranger: 'XTRU1000091',
  answer,
  isQuestion: () => true,
  questions: 1,
  expected,
  errorBody: { message: 'The key is not valid' },
  flips: [
    {
      name: 'one object for an array of one',
      flip: (body) => (Array.isArray(body) ? body[0] : body),
      becomes: 'the same',
    },
    { name: 'an array within an object', flip: (body) => ({ items: body }), becomes: 'provider_answer' },
    { name: 'the bare import', flip: () => heldData, becomes: 'provider_answer' },
    {
      name: 'text for an import',
      flip: () => [{ equipmentId: held, referenceId: '', data: 'none' }],
      becomes: 'provider_answer',
    },
  ],
  unknownCodes: [
    { name: 'a category', slice: sliceOf({ category: 'LOST' }), code: 'category:LOST' },
    { name: 'a load', slice: sliceOf({ freightKind: 'HALF' }), code: 'freightKind:HALF' },
    { name: 'a terminal', slice: sliceOf({ terminal: 'XYZ' }), code: 'terminal:XYZ' },
    { name: 'a status', slice: sliceOf({ shipmentStatus: 'Perhaps' }), code: 'shipmentStatus:Perhaps' },
    { name: 'an action', slice: sliceOf({ shipmentAction: 'ZZ' }), code: 'shipmentAction:ZZ' },
    { name: 'a state', slice: sliceOf({ shipmentState: 'ADRIFT' }), code: 'shipmentState:ADRIFT' },
    { name: 'a mode', slice: sliceOf({ outCarrierMode: 'MULE' }), code: 'outCarrierMode:MULE' },
    { name: 'a hold', slice: sliceOf({ holds: ['SPARKLE'] }), code: 'holds:SPARKLE' },
    { name: 'a list of holds', slice: sliceOf({ holds: { CUSTOMS: true } }), code: 'holds:object' },
    { name: 'a time', slice: sliceOf({ outTime: 'yesterday' }), code: 'outTime:yesterday' },
    { name: 'a day', slice: sliceOf({ freeTimeExpiration: 'soon' }), code: 'freeTimeExpiration:soon' },
  ],
  localTime: {
    slice: (local, siteId) => sliceOf({ terminal: siteId, outTime: local }),
    code: 'outgated',
  },
  samples: [
    { number: held, slice: sliceOf({}) },
    { number: gone, slice: { data: rowOf(gone)?.data } },
    { number: gone, slice: { data: details } },
  ],
};

describeProvider(portVirginia, cases);

describe('port_virginia asks', () => {
  const trace = (
    reply: (request: PeerRequest) => PeerReply,
    batch: { numbers?: readonly string[]; credentials?: Record<string, string> } = {},
  ) =>
    onStage(portVirginia, batch.credentials ? { ...cases, credentials: batch.credentials } : cases, {
      reply,
      async act(stage) {
        return {
          slices: await stage.trace({ numbers: batch.numbers ?? [held] }),
          asked: stage.peer.requests,
        };
      },
    });

  /** A batch of boxes with the bills of lading that their publishers gave. */
  async function traceWithBills(
    billsOfLading: ReadonlyMap<string, string>,
    reply: (request: PeerRequest) => PeerReply,
  ) {
    const peer = await startPeer(reply);
    const client = portVirginia.connect({
      baseUrl: peer.baseUrl,
      credentials: cases.credentials,
      spend: async () => undefined,
    });
    const signal = new AbortController().signal;
    const numbers = [...billsOfLading.keys()];
    try {
      return {
        ...(await client.trace({ service: 'availability', siteId: '', numbers, billsOfLading, signal })),
        asked: peer.requests,
      };
    } finally {
      client.close();
      await peer.close();
    }
  }

  it('about all boxes in one request, with its key in the query', async () => {
    const { slices, asked } = await trace((request) => answer(request, [held]), {
      numbers: ['xtru 500456-2', missing],
    });
    expect(asked.map(({ method, path }) => [method, path])).toEqual([['POST', '/import-availability']]);
    expect(asked[0]?.query.toString()).toBe('key=made-up-key');
    expect(asked[0] && itemsOf(asked[0])).toEqual([
      { equipmentId: held, referenceId: '' },
      { equipmentId: missing, referenceId: '' },
    ]);
    expect([...slices.keys()]).toEqual(['xtru 500456-2']);
  });

  it('once for a hundred boxes, and nothing for none', async () => {
    const numbers = Array.from({ length: 100 }, (_, index) => `XTRU${String(3_000_000 + index)}`);
    expect((await trace((request) => answer(request, []), { numbers })).asked).toHaveLength(1);
    expect((await trace((request) => answer(request, []), { numbers: [] })).asked).toHaveLength(0);
  });

  it('by the bill of lading where the publisher gave one, in any spelling of the echo', async () => {
    const bills = new Map([
      [held, ' synt0018 '],
      [gone, 'SYNT0020'],
    ]);
    const { slices, asked } = await traceWithBills(bills, () => ({ body: rows }));
    expect(asked[0] && itemsOf(asked[0])).toEqual([
      { equipmentId: held, referenceId: 'synt0018' },
      { equipmentId: gone, referenceId: 'SYNT0020' },
    ]);
    expect([...slices.keys()]).toEqual([held, gone]);
  });

  it('and tells a box to nobody by whose bill the port does not know it', async () => {
    const other = 'xtru5004562';
    const bills = new Map([
      [held, 'SYNT0018'],
      [other, 'SYNT9999'],
    ]);
    const { slices, asked } = await traceWithBills(bills, (request) => ({
      body: itemsOf(request).map((item) =>
        item.referenceId === 'SYNT0018' ? rowOf(held) : { ...rowOf(missing), ...item },
      ),
    }));
    expect(asked[0] && itemsOf(asked[0])).toHaveLength(2);
    expect([...slices.keys()]).toEqual([held]);
  });

  it('and takes no import for a box that is another’s', async () => {
    const body = [{ ...rowOf(held), referenceId: '', data: { ...heldData, container: gone } }];
    expect((await trace(() => ({ body }))).slices.size).toBe(0);
  });

  it('and takes null with a message, whatever it says, for not found', async () => {
    for (const message of ['No matching container', 'Available', '', null]) {
      const body = [{ equipmentId: held, referenceId: '', data: null, message }];
      expect((await trace(() => ({ body }))).slices.size).toBe(0);
    }
  });

  it('nothing without a key', async () => {
    const error = await failureOf(trace((request) => answer(request, []), { credentials: {} }));
    expect(error.code).toBe('login_failed');
  });
});
