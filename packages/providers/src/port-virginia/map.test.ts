import { describe, expect, it } from 'vitest';
import { observedAt } from '../conformance/index.ts';
import details from './fixtures/container-details.json' with { type: 'json' };
import { mapPortVirginia } from './map.ts';

const context = {
  service: 'availability',
  number: 'XTRU5004562',
  siteId: '',
  zone: null,
  observedAt,
} as const;

const box = { container: 'XTRU5004562', category: 'IMPRT', terminal: 'NIT' };
const map = (members: object) => mapPortVirginia({ data: { ...box, ...members } }, context);
const codes = (members: object) => map(members).milestones.map(({ code }) => code);
const out = '2026-03-09T13:05:00';

describe('mapPortVirginia', () => {
  it('reads times by the clock of the port, on the days it changes too', () => {
    const timeOf = (outTime: string) => map({ outTime }).milestones[0]?.time;
    expect(timeOf('2026-03-08T01:59:59.500')).toEqual({ at: '2026-03-08T01:59:59.500-05:00' });
    expect(timeOf('2026-03-08T02:30:00')).toEqual({ at: '2026-03-08T03:30:00-04:00' });
    expect(timeOf('2026-11-01T01:30:00')).toEqual({ at: '2026-11-01T01:30:00-04:00' });
    expect(timeOf('2026-11-01T02:30:00')).toEqual({ at: '2026-11-01T02:30:00-05:00' });
  });

  it('assumes that clock at a terminal it does not know, never UTC, and keeps an offset', () => {
    const timeOf = (outTime: string) => map({ terminal: 'PMT', outTime }).milestones[0]?.time;
    expect(timeOf('2026-07-01T12:00:00')).toEqual({ at: '2026-07-01T12:00:00-04:00', zoneAssumed: true });
    expect(timeOf('2026-07-01T12:00:00Z')).toEqual({ at: '2026-07-01T12:00:00Z' });
    expect(timeOf('2026-07-01T12:00:00-05:00')).toEqual({ at: '2026-07-01T12:00:00-05:00' });
    expect(map({ terminal: 'PMT' }).destination).toEqual({ type: 'terminal', siteId: null, name: 'PMT' });
  });

  it('takes the published site where the row names no terminal', () => {
    const slice = { data: { container: 'XTRU5004562', outTime: '2026-07-01T12:00:00' } };
    const mapped = mapPortVirginia(slice, { ...context, siteId: 'VIG' });
    expect(mapped.destination?.siteId).toBe('urn:port-virginia:vig');
    expect(mapped.milestones[0]?.time).toEqual({ at: '2026-07-01T12:00:00-04:00' });
  });

  it('tells by what a box left', () => {
    expect(codes({ outTime: out })).toEqual(['outgated']);
    expect(codes({ outTime: out, outCarrierMode: 'TRUCK' })).toEqual(['outgated']);
    expect(map({ outTime: out, outCarrierMode: 'RAIL' }).milestones).toMatchObject([
      { code: 'rail-departed', mode: 'rail' },
    ]);
    for (const outCarrierMode of ['VESSEL', 'BARGE', 'MULE']) {
      expect(codes({ outTime: out, outCarrierMode, shipmentAction: 'AE' })).toEqual([]);
    }
  });

  it('places no box in the yard that has left, or may have', () => {
    const there = { shipmentAction: 'UV', yardBlock: '12A' };
    expect(codes(there)).toEqual(['discharged', 'grounded']);
    for (const left of [{ outTime: out }, { outTime: 'yesterday' }, { shipmentState: 'DEPARTED' }]) {
      expect(map({ ...there, ...left }).lot).toBeNull();
      expect(codes({ ...there, ...left })).not.toContain('grounded');
    }
    expect(codes({ ...there, outTime: '0001-01-01T00:00:00' })).toContain('grounded');
  });

  it('takes a return before the box left for one of an earlier trip', () => {
    const back = (emptyReturnTime: string, outTime: string | null = out) =>
      codes({ outTime, emptyReturnTime });
    expect(back('2026-03-09T13:04:59')).toEqual(['outgated']);
    expect(back('2026-03-09T13:05:01')).toEqual(['outgated', 'returned']);
    expect(back('2026-03-09T13:05:01', null)).toEqual([]);
  });

  it('does not take an export of the same number for an import', () => {
    expect(map({ category: 'EXPRT', shipmentAction: 'I' })).toMatchObject({ found: false, unknownCodes: [] });
    expect(map({ category: 'LOST', outTime: out })).toMatchObject({ found: false, milestones: [] });
  });

  it('reads the details of container events alike', () => {
    expect(mapPortVirginia({ data: details }, context)).toMatchObject({
      found: true,
      billOfLading: 'SYNT0021',
      milestones: [
        { code: 'discharged', time: { at: '2026-05-15T15:35:53.471-04:00' } },
        { code: 'outgated', time: { at: '2026-05-18T13:55:49.465-04:00' } },
      ],
      available: false,
      unknownCodes: [],
    });
  });
});
