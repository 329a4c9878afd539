import { notFound, type Observed } from '@envase/domain';
import fc from 'fast-check';
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
import { readCursor, writeCursor } from './cursor.ts';
import update from './fixtures/update.json' with { type: 'json' };
import { vizion } from './provider.ts';

const first = 'XTRU1000018';
const second = 'XTRU1000023';
const stranger = 'XTRU1000091';
const [sample] = update.payload.milestones;

const expectedOf: Observed = {
  ...notFound(observedAt),
  found: true,
  providerUpdatedAt: '2026-06-03T05:00:00.000Z',
  description: '45G1',
  length: '40',
  isoType: '45G1',
  loaded: 'laden',
  billOfLading: 'SYNT0022',
  carrier: { type: 'vessel', steamshipLine: 'EXLU', vessel: 'EXAMPLE TRADER', voyage: '012W' },
  destination: { type: 'terminal', siteId: null, name: 'Sample Port' },
  milestones: [
    {
      code: 'discharged',
      time: { at: '2026-06-03T04:00:00-07:00' },
      location: { type: 'terminal', siteId: null, name: 'FACILITY A' },
      mode: 'vessel',
    },
  ],
};

const updateOf = (number: string) => ({ ...update, payload: { ...update.payload, container_id: number } });

function answer(request: PeerRequest, known: readonly string[]): PeerReply {
  if (request.method === 'POST') {
    const { container_id } = JSON.parse(request.body);
    return { body: { message: 'Reference created', reference: { id: `ref-${container_id}`, container_id } } };
  }
  const number = /[A-Z]{4}\d{7}/.exec(request.path)?.[0] ?? '';
  const isKnown = known.includes(number);
  if (!request.path.endsWith('/updates'))
    return {
      body: {
        id: `ref-${number}`,
        container_id: number,
        last_update_status: isKnown ? 'data_received' : 'no_data',
      },
    };
  return { body: known.filter((one) => one === number).map(updateOf) };
}

const sliceOf = (members: object, payload: object = {}) => ({
  createdAt: update.created_at,
  payload: { ...update.payload, ...payload, milestones: [{ ...sample, ...members }] },
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
  errorBody: 'no',
  flips: [
    {
      name: 'a list within data, and what was made bare',
      flip: (body) =>
        Array.isArray(body) ? { data: body } : ((body as { reference?: unknown }).reference ?? body),
      becomes: 'the same',
    },
  ],
  unknownCodes: [
    {
      name: 'a word',
      slice: sliceOf({ journey_event: null, description: 'Teleported' }),
      code: 'description:teleported',
    },
    { name: 'a time', slice: sliceOf({ timestamp: 'soon' }), code: 'timestamp:soon' },
  ],
  localTime: {
    slice: (local) => sliceOf({ timestamp: local, location: { name: 'X' } }),
    code: 'discharged',
  },
  samples: [{ number: first, slice: sliceOf({}) }],
  mayAppear: ['eta', 'etd', 'outgated'],
};

describeProvider(byOrder(vizion), cases);

async function withClient<T>(
  reply: (request: PeerRequest) => PeerReply,
  act: (client: ReturnType<typeof vizion.connect>, asked: readonly PeerRequest[]) => Promise<T>,
): Promise<T> {
  const peer = await startPeer(reply);
  const client = vizion.connect({
    baseUrl: peer.baseUrl,
    credentials: { apiKey: 'k' },
    spend: async () => undefined,
  });
  try {
    return await act(client, peer.requests);
  } finally {
    client.close();
    await peer.close();
  }
}

const signal = new AbortController().signal;
const referenceOf = (number: string, at: string, status = 'data_received') => ({
  id: `ref-${number}`,
  container_id: number,
  last_update_status: status,
  last_update_attempted_at: at,
});

describe('vizion retrieves', () => {
  const early = '2026-06-03T05:00:00.000Z';
  const late = '2026-06-03T06:00:00.000Z';
  const shelf =
    (...references: object[]) =>
    (request: PeerRequest) =>
      request.path === '/references' ? { body: references } : answer(request, [first, second]);

  it('the updates of references that changed, and goes on from the newest change', async () => {
    const reply = shelf(referenceOf(first, early), referenceOf(second, late));
    await withClient(reply, async (client, asked) => {
      const all = await client.retrieve({ cursor: null, signal });
      expect(all.told.map(({ number }) => number)).toEqual([first, second]);
      expect(all.isMore).toBe(false);
      expect(asked[0]?.headers['x-api-key']).toBe('k');
      const again = await client.retrieve({ cursor: all.cursor, signal });
      expect(again.told.map(({ number }) => number)).toEqual([second]);
      expect(again.cursor).toBe(all.cursor);
    });
  });

  it('that a box is not known, and nothing of one that is being looked for', async () => {
    const reply = shelf(
      referenceOf(first, early, 'auto_carrier_not_found'),
      referenceOf(second, early, 'extraction_failed'),
    );
    await withClient(reply, async (client) => {
      const { told } = await client.retrieve({ cursor: null, signal });
      expect(told).toEqual([{ number: first, slice: undefined }]);
    });
  });

  it('page by page, without losing what changed on an earlier page', async () => {
    const full = Array.from({ length: 100 }, () => referenceOf(first, early, 'pending'));
    const pages = (request: PeerRequest) => ({
      body: request.query.get('page') === '1' ? full : [referenceOf(second, early, 'pending')],
    });
    await withClient(pages, async (client) => {
      const one = await client.retrieve({ cursor: null, signal });
      expect(one.isMore).toBe(true);
      const two = await client.retrieve({ cursor: one.cursor, signal });
      expect(two.isMore).toBe(false);
      expect(readCursor(two.cursor)).toEqual({ since: early, page: 1, newest: null });
    });
  });

  it('from any cursor: one that is none begins anew', () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        expect(readCursor(text).page).toBeGreaterThan(0);
      }),
    );
    const cursor = { since: early, page: 3, newest: late };
    expect(readCursor(writeCursor(cursor))).toEqual(cursor);
  });
});

describe('vizion says', () => {
  it('401 for a key that lacks the right and 403 for none: a failed login both ways', async () => {
    for (const status of [401, 403]) {
      const published = withClient(
        () => ({ status, body: { message: 'no' } }),
        (client) => client.publish({ service: 'availability', siteId: '', numbers: [first], signal }),
      );
      await expect(published).rejects.toMatchObject({ code: 'login_failed' });
    }
  });

  it.each([
    ['no_data', { state: 'not_found', isOver: false }],
    ['auto_carrier_not_found', { state: 'not_found', isOver: false }],
    ['invalid_container', { state: 'not_found', isOver: true }],
    ['incomplete_processing', { state: 'waiting' }],
  ])('%s of a reference: %j', async (status, finding) => {
    const reply = (request: PeerRequest) => ({
      body: request.path.endsWith('/updates') ? [] : referenceOf(first, '2026-06-03T05:00:00Z', status),
    });
    const items = [{ number: first, reference: 'r1' }];
    const findings = await withClient(reply, (client) =>
      client.look({ service: 'availability', siteId: '', items, signal }),
    );
    expect(findings.get('r1')).toEqual(finding);
  });

  it('nothing of a reference that is gone', async () => {
    const items = [{ number: first, reference: 'r1' }];
    const findings = await withClient(
      () => ({ status: 404, body: { message: 'Not found' } }),
      (client) => client.look({ service: 'availability', siteId: '', items, signal }),
    );
    expect(findings.get('r1')).toEqual({ state: 'void' });
  });
});
