import { notFound } from '@envase/domain';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { describeCoverage } from '../conformance/coverage.ts';
import { observedAt, type PeerReply, type PeerRequest, startPeer } from '../conformance/index.ts';
import rows from './fixtures/booking-enquiry.json' with { type: 'json' };
import { apm } from './provider.ts';

const number = 'SYNT7001';
const context = { service: 'booking', number, siteId: '', zone: null, observedAt } as const;
const [line] = rows;
const mapRows = (bookings: readonly object[], facilityCode = 'USLAX') =>
  apm.map({ facilityCode, bookings }, context);

const noPlace = 'it says which booking or facility, as was asked';

describeCoverage('apm booking enquiry', {
  documented: [
    'isContainer',
    'bookingReference',
    'containerISOCode',
    'shippingLine',
    'vesselName',
    'outboundVoyageNumber',
    'beginRecieveDateTimeLocal',
    'cargoCutoffDateTimeLocal',
    'vesselEtdDateTimeLocal',
    'containerQuantityCount',
    'containersReceivedCount',
    'emptiesOutCount',
  ],
  rows: [
    { field: 'isContainer', value: 'false', becomes: { booking: { bookingDetails: [{}] } } },
    { field: 'isContainer', value: 'true', becomes: { booking: { bookingDetails: [] } } },
    { field: 'bookingReference', value: number, unused: noPlace },
    {
      field: 'containerISOCode',
      value: '22g1',
      becomes: { booking: { bookingDetails: [{ containerIso: '22G1' }] } },
    },
    { field: 'shippingLine', value: 'MAE', becomes: { booking: { steamshipLine: 'MAE' } } },
    { field: 'vesselName', value: 'EXAMPLE TRADER', becomes: { booking: { vessel: 'EXAMPLE TRADER' } } },
    { field: 'outboundVoyageNumber', value: '105E', becomes: { booking: { voyage: '105E' } } },
    {
      field: 'beginRecieveDateTimeLocal',
      value: '2026-03-02T07:00:00-08:00',
      becomes: { booking: { earliestLoading: '2026-03-02T07:00:00-08:00' } },
    },
    {
      field: 'cargoCutoffDateTimeLocal',
      value: '2026-03-09T16:00:00',
      becomes: { booking: { cutoff: '2026-03-09T16:00:00-07:00' } },
    },
    {
      field: 'vesselEtdDateTimeLocal',
      value: '2026-03-11T05:30:00-07:00',
      becomes: { booking: { etd: '2026-03-11T05:30:00-07:00' }, milestones: [] },
    },
    { field: 'vesselEtdDateTimeLocal', value: '0001-01-01T00:00:00', unused: 'a date that is none' },
    {
      field: 'containerQuantityCount',
      value: 3,
      becomes: { booking: { totalContainers: 3, bookingDetails: [{ totalContainers: 3 }] } },
    },
    { field: 'containerQuantityCount', value: '3', becomes: { booking: { totalContainers: 3 } } },
    {
      field: 'containersReceivedCount',
      value: 1,
      becomes: { booking: { loadedContainers: 1, bookingDetails: [{ loadedContainers: 1 }] } },
    },
    {
      field: 'containersReceivedCount',
      value: 3,
      beside: { containerQuantityCount: 3 },
      becomes: { milestones: [{ code: 'ingated', time: null }] },
    },
    { field: 'emptiesOutCount', value: 2, becomes: { booking: { emptyContainers: 2 } } },
  ],
  map: (members) => mapRows([{ isContainer: 'false', ...members }]),
});

describe('a booking of apm', () => {
  it('has the counts of its lines added up, those of single boxes left out', () => {
    expect(mapRows(rows)).toEqual({
      ...notFound(observedAt),
      found: true,
      booking: {
        locationCode: 'USLAX',
        steamshipLine: 'MAE',
        vessel: 'EXAMPLE TRADER',
        voyage: '105E',
        earliestLoading: '2026-03-02T07:00:00-08:00',
        cutoff: '2026-03-09T16:00:00-07:00',
        etd: '2026-03-11T05:30:00-07:00',
        totalContainers: 4,
        loadedContainers: 1,
        emptyContainers: 3,
        bookingDetails: [
          detail({ containerIso: '45G1', totalContainers: 3, loadedContainers: 1 }),
          detail({ containerIso: '22G1', totalContainers: 1, loadedContainers: 0 }),
        ],
      },
    });
  });

  it('has no time where the zone of the facility is unknown, and no count that was not said', () => {
    const { booking } = mapRows([{ ...line, vesselEtdDateTimeLocal: '2026-03-11T05:30:00' }], 'NLRTM');
    expect(booking).toMatchObject({ etd: null, cutoff: '2026-03-09T16:00:00-07:00', locationCode: null });
    expect(mapRows([{ isContainer: 'true' }]).booking).toMatchObject({ totalContainers: null });
  });

  it.each([
    [{ isContainer: 'perhaps' }, 'isContainer:perhaps'],
    [{ containerISOCode: 'A box' }, 'containerISOCode:A box'],
    [{ containerQuantityCount: 'many' }, 'containerQuantityCount:many'],
    [{ emptiesOutCount: -1 }, 'emptiesOutCount:number'],
    [{ vesselEtdDateTimeLocal: 'soon' }, 'vesselEtdDateTimeLocal:soon'],
  ])('keeps %j as an unknown code', (members, code) => {
    expect(mapRows([{ ...line, ...members }]).unknownCodes).toEqual([code]);
  });

  it('never throws, and a slice that is none tells of no booking', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (json) => {
        expect(apm.map(json, context).milestones).toEqual([]);
        expect(apm.map({ facilityCode: json, bookings: json }, context)).toBeDefined();
        expect(mapRows([{ ...line, containerQuantityCount: json, bookingReference: json }])).toBeDefined();
      }),
    );
    for (const slice of [null, [], {}, 'text']) expect(apm.map(slice, context)).toEqual(notFound(observedAt));
  });
});

describe('apm is asked for bookings', () => {
  async function trace(reply: (request: PeerRequest) => PeerReply, numbers: string[], siteId = '') {
    const peer = await startPeer(reply);
    const client = apm.connect({ baseUrl: peer.baseUrl, credentials: {}, spend: async () => undefined });
    try {
      const signal = new AbortController().signal;
      const { slices } = await client.trace({ service: 'booking', siteId, numbers, signal });
      return { slices, asked: peer.requests.map(({ path, query }) => [path, Object.fromEntries(query)]) };
    } finally {
      client.close();
      await peer.close();
    }
  }

  it('at one facility after the other until each is found, and each keeps its own rows', async () => {
    const other = { ...line, bookingReference: 'synt7002' };
    const { slices, asked } = await trace(
      ({ query }) => ({ body: query.get('facilityCode') === 'USLAX' ? rows : [other, line] }),
      [number, 'SYNT7002', 'SYNT7003'],
    );
    expect(Object.fromEntries(slices)).toEqual({
      [number]: { facilityCode: 'USLAX', bookings: rows },
      SYNT7002: { facilityCode: 'USNWK', bookings: [other] },
    });
    const path = '/booking-enquiry';
    expect(asked).toEqual([
      [path, { assetId: 'SYNT7001,SYNT7002,SYNT7003', facilityCode: 'USLAX' }],
      [path, { assetId: 'SYNT7002,SYNT7003', facilityCode: 'USNWK' }],
      [path, { assetId: 'SYNT7003', facilityCode: 'USMOB' }],
      [path, { assetId: 'SYNT7003', facilityCode: 'USMIA' }],
    ]);
  });

  it('at the published facility alone', async () => {
    const { slices, asked } = await trace(() => ({ body: line ?? {} }), [number], 'urn:apm:usnwk');
    expect(asked).toEqual([['/booking-enquiry', { assetId: number, facilityCode: 'USNWK' }]]);
    expect(slices.get(number)).toEqual({ facilityCode: 'USNWK', bookings: [line] });
  });

  it('and an answer that is none fails', async () => {
    const traced = trace(() => ({ body: { data: rows } }), [number]);
    await expect(traced).rejects.toMatchObject({ code: 'provider_answer' });
  });
});

function detail(said: object) {
  const unsaid = {
    temperatureRequired: null,
    containerDescription: null,
    hazmat: null,
    reefer: null,
    oogAllowed: null,
  };
  return { ...unsaid, ...said };
}
