import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { observedAt } from '../conformance/index.ts';
import { mapDcsaTnt } from './map.ts';
import { callAt, moveAt, paperAt, wholeTrip } from './sample-events.ts';

const context = {
  service: 'availability',
  number: 'XTRU1000018',
  siteId: '',
  zone: null,
  observedAt,
} as const;

const map = (events: readonly object[], siteId = '') => mapDcsaTnt({ events }, { ...context, siteId });
const steps = (events: readonly object[], siteId = '') =>
  map(events, siteId).milestones.map(({ code, location }) => `${code} ${location?.name ?? ''}`);
const estimate = (at: string, created: string, place = 'USLAX', classifier = 'EST') =>
  callAt('ARRI', at, place, { eventClassifierCode: classifier, eventCreatedDateTime: created });

describe('mapDcsaTnt', () => {
  it('tells a whole trip, and nothing of the port of transshipment', () => {
    expect(steps(wholeTrip)).toEqual([
      'empty-out CNSHA',
      'ingated CNSHA',
      'loaded CNSHA',
      'departed CNSHA',
      'loaded KRPUS',
      'departed KRPUS',
      'arrived Los Angeles',
      'discharged Los Angeles',
      'rail-loaded Los Angeles',
      'rail-departed Los Angeles',
      'rail-arrived USCHI',
      'rail-unloaded USCHI',
      'outgated USCHI',
      'returned USCHI',
    ]);
    expect(map(wholeTrip)).toMatchObject({
      loaded: 'empty',
      holds: [],
      providerUpdatedAt: '2026-06-12T20:00:00.000Z',
    });
  });

  it('says the same whatever the order, and however often an event comes', () => {
    const straight = map(wholeTrip);
    const shuffled = fc.shuffledSubarray([...wholeTrip], {
      minLength: wholeTrip.length,
      maxLength: wholeTrip.length,
    });
    const again = fc.subarray([...wholeTrip]);
    fc.assert(
      fc.property(shuffled, again, (events, repeated) => {
        expect(map([...events, ...repeated])).toEqual(straight);
      }),
      { numRuns: 200 },
    );
  });

  it('tells the newest estimate, not the last listed nor the latest', () => {
    const said = [
      estimate('2026-06-05T06:00:00-07:00', '2026-05-25T00:00:00Z'),
      estimate('2026-06-02T06:00:00-07:00', '2026-05-30T00:00:00Z'),
      estimate('2026-06-09T06:00:00-07:00', '2026-05-20T00:00:00Z', 'USLAX', 'PLN'),
    ];
    const eta = [{ code: 'eta', time: { at: '2026-06-02T06:00:00-07:00' } }];
    expect(map(said).milestones).toMatchObject(eta);
    expect(map(said.toReversed()).milestones).toMatchObject(eta);
  });

  it('tells no estimate of what has happened', () => {
    const arrived = callAt('ARRI', '2026-06-02T07:10:00-07:00', 'USLAX');
    expect(steps([estimate('2026-06-02T06:00:00-07:00', '2026-06-10T00:00:00Z'), arrived])).toEqual([
      'arrived Los Angeles',
    ]);
    const etd = callAt('DEPA', '2026-05-12T20:00:00+08:00', 'CNSHA', { eventClassifierCode: 'EST' });
    expect(steps([etd])).toEqual(['etd CNSHA']);
    expect(steps([etd, callAt('DEPA', '2026-05-12T21:00:00+08:00', 'CNSHA')])).toEqual(['departed CNSHA']);
  });

  it('never takes a transshipment for the arrival, planned or not', () => {
    const busan = callAt('ARRI', '2026-05-14T06:00:00+09:00', 'KRPUS');
    expect(steps([busan])).toEqual([]);
    expect(steps([busan], 'USLAX')).toEqual([]);
    expect(steps([busan, estimate('2026-06-02T06:00:00-07:00', '2026-05-10T00:00:00Z')])).toEqual([
      'eta Los Angeles',
    ]);
    const replanned = estimate('2026-05-14T06:00:00+09:00', '2026-05-01T00:00:00Z', 'KRPUS', 'PLN');
    expect(steps([replanned, busan, moveAt('LOAD', '2026-05-17T12:00:00+09:00', 'KRPUS')])).toEqual([
      'loaded KRPUS',
    ]);
  });

  it('does not take an old, later plan of a port for the last port', () => {
    const old = estimate('2026-06-20T06:00:00+09:00', '2026-05-01T00:00:00Z', 'KRPUS', 'PLN');
    const corrected = estimate('2026-05-14T06:00:00+09:00', '2026-05-09T00:00:00Z', 'KRPUS', 'PLN');
    const last = estimate('2026-06-02T06:00:00-07:00', '2026-05-01T00:00:00Z', 'USLAX', 'PLN');
    expect(map([old, corrected, last]).destination?.name).toBe('Los Angeles');
  });

  it('goes by the published site, by code or URN', () => {
    const calls = [
      callAt('ARRI', '2026-06-01T06:00:00-07:00', 'USOAK'),
      callAt('ARRI', '2026-06-03T06:00:00-07:00', 'USLAX'),
    ];
    expect(steps(calls, 'USOAK')).toEqual(['arrived Oakland']);
    expect(steps(calls, 'urn:dcsa-tnt:uslax')).toEqual(['arrived Los Angeles']);
    expect(map(calls, 'USOAK').destination).toEqual({
      type: 'terminal',
      siteId: 'urn:dcsa-tnt:usoak',
      name: 'Oakland',
    });
  });

  it('infers a port that was never planned from the box leaving it by the gate', () => {
    const calls = [
      callAt('ARRI', '2026-06-03T06:00:00-07:00', 'USLAX'),
      moveAt('GTOT', '2026-06-05T06:00:00-07:00', 'USLAX'),
    ];
    expect(steps(calls)).toEqual(['arrived Los Angeles', 'outgated Los Angeles']);
  });

  it('does not take the vessel leaving the port of discharge for a departure', () => {
    const ashore = moveAt('DISC', '2026-06-02T18:00:00-07:00', 'USLAX');
    const leaves = callAt('DEPA', '2026-06-04T20:00:00-07:00', 'USLAX');
    expect(steps([ashore, leaves], 'USLAX')).toEqual(['discharged Los Angeles']);
    expect(steps([ashore, leaves])).toEqual([]);
  });

  it('takes gate moves of an earlier trip for none of this one', () => {
    const earlier = [
      moveAt('GTOT', '2026-03-01T06:00:00-08:00', 'USLAX'),
      moveAt('GTIN', '2026-03-03T06:00:00-08:00', 'USLAX', { emptyIndicatorCode: 'EMPTY' }),
    ];
    const now = [
      moveAt('LOAD', '2026-05-12T08:00:00+08:00', 'CNSHA'),
      estimate('2026-06-02T06:00:00-07:00', '2026-05-30T00:00:00Z'),
    ];
    expect(steps([...earlier, ...now])).toEqual(['loaded CNSHA', 'eta Los Angeles']);
    expect(steps(earlier.slice(1), 'USLAX')).toEqual([]);
  });

  it('takes what the box does after it came back for the next trip', () => {
    const next = moveAt('GTOT', '2026-06-20T09:00:00-05:00', 'USCHI', { emptyIndicatorCode: 'EMPTY' });
    expect(steps([...wholeTrip, next])).toEqual(steps(wholeTrip));
  });

  it('takes no plan for a move', () => {
    const planned = { eventClassifierCode: 'PLN' };
    const moves = ['GTOT', 'GTIN', 'DISC', 'LOAD'].map((code) =>
      moveAt(code, '2026-06-02T18:00:00-07:00', 'USLAX', planned),
    );
    expect(steps(moves, 'USLAX')).toEqual([]);
  });

  it('tells of customs what was said last', () => {
    const hold = paperAt('HOLD', '2026-06-02T20:00:00Z', 'CUS', { reason: 'inspection' });
    const release = paperAt('RELS', '2026-06-03T20:00:00Z', 'CUS');
    expect(map([release, hold]).holds).toEqual([]);
    expect(map([hold]).holds).toEqual([
      { type: 'customs', description: 'inspection', providerCode: 'HOLD CUS' },
    ]);
    expect(map([paperAt('HOLD', '2026-06-04T20:00:00Z', 'CUS'), release, hold]).holds).toHaveLength(1);
    expect(map([paperAt('RELS', '2026-06-04T20:00:00Z', 'TRD')]).holds).toBeNull();
  });

  it('reads the old names of codes and places', () => {
    const call = callAt('', '2026-06-02T07:10:00-07:00', 'USLAX', {
      transportEventTypeCode: undefined,
      eventTypeCode: 'ARRI',
      transportCallID: 'TC1',
      transportCall: { modeOfTransport: 'VESSEL', UNLocationCode: 'uslax', carrierVoyageNumber: '099W' },
    });
    expect(steps([call], 'USLAX')).toEqual(['arrived Los Angeles']);
    const paper = paperAt('', '2026-06-02T20:00:00Z', '', {
      shipmentEventTypeCode: undefined,
      documentTypeCode: undefined,
      eventTypeCode: 'HOLD',
      shipmentInformationTypeCode: 'CUS',
    });
    expect(map([paper]).holds).toHaveLength(1);
  });

  it('tells events without an id apart by kind, code, time and box', () => {
    const bare = wholeTrip.map((event) => ({ ...event, eventID: undefined }));
    expect(steps([...bare, ...bare])).toEqual(steps(wholeTrip));
  });

  it('tells the estimate of the last ramp of a train', () => {
    const ramp = (place: string, at: string) =>
      callAt('ARRI', at, place, {
        eventClassifierCode: 'EST',
        transportCall: { modeOfTransport: 'RAIL', location: { UNLocationCode: place } },
      });
    const observed = map([
      ramp('USKCK', '2026-06-07T03:00:00-05:00'),
      ramp('USCHI', '2026-06-09T03:00:00-05:00'),
    ]);
    expect(observed.milestones).toMatchObject([
      { code: 'eta', mode: 'rail', location: { type: 'rail', name: 'USCHI' } },
    ]);
  });
});
