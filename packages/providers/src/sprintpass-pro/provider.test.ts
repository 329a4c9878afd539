import { notFound, type Observed } from '@envase/domain';
import { describe, expect, it } from 'vitest';
import { byRetrieval } from '../conformance/by-retrieval.ts';
import { type ConformanceCases, describeProvider, observedAt } from '../conformance/index.ts';
import { emodal, sprintpassPro } from './provider.ts';
import { answer, first, login, messageOf, second, stranger, withClient, withQueue } from './sample-peer.ts';

const placeOf = (siteId: string) => ({ type: 'terminal', siteId, name: 'FCLTA' }) as const;

const expectedAt = (siteId: string): Observed => ({
  ...notFound(observedAt),
  found: true,
  description: '45G1',
  length: '40',
  isoType: '45G1',
  carrier: { type: 'vessel', steamshipLine: 'EXLU', vessel: 'EXT', voyage: '012W' },
  destination: placeOf(siteId),
  milestones: [
    { code: 'arrived', time: null, location: placeOf(siteId), mode: 'vessel' },
    {
      code: 'discharged',
      time: { at: '2026-06-03T04:00:00-07:00' },
      location: placeOf(siteId),
      mode: 'vessel',
    },
    { code: 'grounded', time: null, location: placeOf(siteId) },
  ],
  holds: [{ type: 'customs', description: 'Has a Customs Hold', providerCode: 'CUSTOMS/PQ' }],
  lastFreeDays: [{ source: 'terminal', date: '2026-06-08' }],
});

const withoutTime = { activity: [], locations: [] };
const sliceOf = (members: object) => messageOf(first, members);
const activityOf = (event_dttm: string, event_cd = 'DISCH') => [{ event_cd, event_dttm }];

const casesFor = (urn: string): ConformanceCases => ({
  service: 'availability',
  siteId: 'OAK',
  credentials: login,
  boxes: [first, second],
  stranger,
  answer,
  isQuestion: () => true,
  // One order; two messages and the end of the queue; two completions and the end again.
  questions: 7,
  expected: { [first]: expectedAt(urn), [second]: expectedAt(urn) },
  errorBody: { message: 'no' },
  flips: [
    {
      name: 'a bare list of orders, and the other name of a box',
      flip: (body) =>
        JSON.parse(
          JSON.stringify((body as { data?: unknown })?.data ?? body ?? '').replace(
            '"orchestration_request":{"unit_nbr"',
            '"orchestration_request":{"container_nbr"',
          ),
        ),
      becomes: 'the same',
    },
    { name: 'no orders in the answer', flip: () => ({ data: [] }), becomes: 'provider_answer' },
  ],
  unknownCodes: [
    {
      name: 'an event',
      slice: sliceOf({ activity: activityOf('2026-06-03T04:00:00', 'WARP') }),
      code: 'event_cd:WARP',
    },
    { name: 'a time', slice: sliceOf({ activity: activityOf('soon') }), code: 'event_dttm:soon' },
    { name: 'a status', slice: sliceOf({ unitstatusinfo: { status_cd: 'QQ' } }), code: 'status_cd:QQ' },
    {
      name: 'words against their code',
      slice: sliceOf({ unitstatusinfo: { status_cd: 'O', status_desc: 'GATE IN' } }),
      code: 'status_cd:O GATE IN',
    },
    {
      name: 'a hold',
      slice: sliceOf({ holdinfo: [{ type: 'ODD', status: 'HOLD' }] }),
      code: 'holdinfo:ODD',
    },
    { name: 'a port', slice: sliceOf({ locations: [{ port_cd: 'PORTX' }] }), code: 'port_cd:PORTX' },
  ],
  localTime: {
    slice: (local, siteId) =>
      sliceOf({
        ...withoutTime,
        locations: siteId === '' ? [] : [{ port_cd: siteId }],
        activity: activityOf(`${local}.0000000`),
      }),
    code: 'discharged',
  },
  samples: [{ number: first, slice: sliceOf({}) }],
  mayAppear: ['eta', 'loaded', 'rail-loaded', 'rail-unloaded', 'outgated', 'ingated'],
});

describeProvider(byRetrieval(withQueue(sprintpassPro)), casesFor('urn:sprintpass-pro:oak'));
describeProvider(byRetrieval(withQueue(emodal)), casesFor('urn:emodal:oak'));

const signal = new AbortController().signal;
const batch = { service: 'availability', siteId: 'OAK', numbers: [first, second], signal } as const;

describe('sprintpass_pro orders', () => {
  const rowOf = (unit_nbr: string, success: boolean, message_cd: string) => ({
    success,
    unit_nbr,
    messages: [{ message_cd, message_severity_cd: success ? 'I' : 'C' }],
  });
  const answering = (status: number, data: object) => () => ({ status, body: data });

  it('many boxes at once with the port and the bill of each', async () => {
    await withClient(
      (request) => answer(request, []),
      async (client, asked) => {
        const { references } = await client.publish({
          ...batch,
          billsOfLading: new Map([[first, 'SYNT0017']]),
        });
        expect([...references.keys()]).toEqual([first, second]);
        expect(asked[0]?.headers['x-api-key']).toBe(login.apiKey);
        expect(asked[0]?.path).toBe('/v1/orchestrations');
        const locations = [{ port_cd: 'OAK' }];
        expect(JSON.parse(asked[0]?.body ?? '')).toEqual({
          order: [
            { trade_type: 'I', billoflading: 'SYNT0017', unit: { unit_nbr: first }, locations },
            { trade_type: 'I', unit: { unit_nbr: second }, locations },
          ],
        });
      },
    );
  });

  it('and leaves out a number that the vendor takes for none, even when all are', async () => {
    const mixed = { data: [rowOf(first.slice(0, 10), true, '10000'), rowOf(second, false, '10004')] };
    const taken = await withClient(answering(202, mixed), (client) => client.publish(batch));
    expect([...taken.references.keys()]).toEqual([first]);
    const none = { data: [rowOf(first, false, '10004'), rowOf(second, false, '10004')] };
    const refused = await withClient(answering(412, none), (client) => client.publish(batch));
    expect(refused.references.size).toBe(0);
  });

  it('and fails where all are refused for another reason, a port that is none', async () => {
    const data = { data: [rowOf(first, false, '10003'), rowOf(second, false, '10003')] };
    const published = withClient(answering(412, data), (client) => client.publish(batch));
    await expect(published).rejects.toMatchObject({ code: 'provider_answer', message: /10003/ });
  });

  it('of emodal one by one, where a box that is traced already is as good as taken', async () => {
    const body = [{ unit_nbr: first, tran_status: 'F', msgs: [{ msg_sev: 'C', msg_cd: '20025' }] }];
    await withClient(
      answering(412, body),
      async (client, asked) => {
        expect((await client.publish({ ...batch, numbers: [first] })).references.get(first)).toBe(first);
        expect(asked[0]?.path).toBe('/eds/ServiceOrder/ServiceOrders');
        expect(JSON.parse(asked[0]?.body ?? '').order[0]).toMatchObject({
          order_type: 'EMDES',
          unit: { unit_nbr: first, unit_category: 'CN' },
          locations: [{ loc_type: 'O', loc_port: 'OAK' }],
        });
      },
      emodal,
    );
  });

  it('anew when it looks: one still traced waits, one refused is over', async () => {
    const data = { data: [rowOf(first, true, '10000'), rowOf(second, false, '10004')] };
    const items = batch.numbers.map((number) => ({ number, reference: number }));
    const findings = await withClient(answering(202, data), (client) => client.look({ ...batch, items }));
    expect(findings.get(first)).toEqual({ state: 'waiting' });
    expect(findings.get(second)).toEqual({ state: 'not_found', isOver: true });
  });
});
