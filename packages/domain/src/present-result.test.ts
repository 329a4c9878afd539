import { describe, expect, it } from 'vitest';
import { milestone, observe, terminal } from '../test/observations.ts';
import { fold, presentBookingResult, presentContainerResult } from './index.ts';

const trace = { number: 'CSQU3054383', providerId: 'apm', siteId: 'USLAX' };
const now = new Date('2026-03-02T12:00:00Z');
const moment = { changes: [], nextTraceAt: new Date('2026-03-02T12:30:00Z'), tracedAt: now, now };
const context = { ...terminal, now: now.toISOString() };

const containerFields = [
  ...['containerNumber', 'id', 'description', 'length', 'isoType', 'tracedAt', 'nextTraceAt', 'loaded'],
  ...['steamshipBL', 'pickupNumber', 'carrier', 'providerId', 'siteId', 'destination', 'status', 'events'],
  ...['changes', 'lastFreeDay', 'fees', 'freshness'],
];
const bookingFields = [
  ...[
    'id',
    'bookingNumber',
    'providerId',
    'siteId',
    'locationCode',
    'steamshipLine',
    'vessel',
    'vesselNumber',
  ],
  ...[
    'voyage',
    'earliestLoading',
    'arrived',
    'etd',
    'eta',
    'departed',
    'cutoff',
    'reeferCutoff',
    'oogCutoff',
  ],
  ...['hazmatCutoff', 'hazmat', 'reefer', 'oogAllowed', 'totalContainers', 'loadedContainers'],
  ...['emptyContainers', 'tracedAt', 'lastProviderUpdate', 'bookingDetails'],
  ...['status', 'changes', 'freshness', 'nextTraceAt', 'events'],
];

describe('presentContainerResult', () => {
  it('always has every field, null or empty where nothing is known', () => {
    for (const state of [null, fold(null, observe(), context).state]) {
      const result = presentContainerResult(trace, state, moment);
      expect(Object.keys(result).toSorted()).toEqual(containerFields.toSorted());
      expect(JSON.parse(JSON.stringify(result))).toStrictEqual(result);
      expect(result).toMatchObject({
        containerNumber: 'CSQU3054383',
        id: 'CSQU3054383',
        carrier: null,
        pickupNumber: null,
        events: [],
        fees: [],
        lastFreeDay: { line: null, terminal: null, rail: null, earliest: null },
        tracedAt: '2026-03-02T12:00:00.000Z',
        nextTraceAt: '2026-03-02T12:30:00.000Z',
      });
    }
    expect(presentContainerResult(trace, null, moment)).toMatchObject({
      status: 'not_found',
      freshness: { observedAt: null, providerUpdatedAt: null, stale: false },
    });
  });

  it('shows what is known', () => {
    const observed = observe({
      billOfLading: 'SYNT0001',
      loaded: 'laden',
      length: '40',
      providerUpdatedAt: '2026-03-02T11:00:00Z',
      milestones: [milestone('discharged', '2026-03-01T04:00:00-08:00')],
    });
    const { state } = fold(null, observed, context);
    const result = presentContainerResult(trace, state, {
      ...moment,
      nextTraceAt: null,
      pickupNumber: '4411',
    });
    expect(result).toMatchObject({
      status: 'discharged',
      steamshipBL: 'SYNT0001',
      loaded: 'laden',
      length: '40',
      nextTraceAt: null,
      pickupNumber: '4411',
      freshness: { observedAt: observed.observedAt, providerUpdatedAt: '2026-03-02T11:00:00Z', stale: false },
    });
  });

  it('is stale when the source was, or when the next trace is overdue', () => {
    const { state } = fold(null, observe(), context);
    const isStale = (minutesLate: number, stale = false) => {
      const late = new Date(moment.nextTraceAt.getTime() + minutesLate * 60_000);
      return presentContainerResult(trace, { ...state, stale }, { ...moment, now: late }).freshness.stale;
    };
    expect([isStale(-10), isStale(15), isStale(16), isStale(-10, true)]).toEqual([false, false, true, true]);
  });
});

describe('presentBookingResult', () => {
  const booking = { ...context, service: 'booking' as const };

  it('always has every documented field', () => {
    for (const state of [null, fold(null, observe(), booking).state]) {
      const result = presentBookingResult({ ...trace, number: '2139165390' }, state, moment);
      expect(Object.keys(result).toSorted()).toEqual(bookingFields.toSorted());
      expect(JSON.parse(JSON.stringify(result))).toStrictEqual(result);
      expect(result).toMatchObject({
        id: '2139165390',
        bookingNumber: '2139165390',
        locationCode: 'USLAX',
        vessel: null,
        bookingDetails: [],
      });
    }
  });

  it('shows what the source said of the booking', () => {
    const said = { steamshipLine: 'OOLU', totalContainers: 3, reefer: false, locationCode: 'LAX' };
    const observed = observe({ booking: said, providerUpdatedAt: '2026-03-02T11:00:00Z' });
    expect(presentBookingResult(trace, fold(null, observed, booking).state, moment)).toMatchObject({
      ...said,
      status: 'booked',
      lastProviderUpdate: '2026-03-02T11:00:00Z',
    });
  });
});
