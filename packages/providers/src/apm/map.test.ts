import { describe, expect, it } from 'vitest';
import { observedAt } from '../conformance/index.ts';
import { mapApm } from './map.ts';

const context = {
  service: 'availability',
  number: 'XTRU1000018',
  siteId: 'USLAX',
  zone: 'America/Los_Angeles',
  observedAt,
} as const;

const out = '2026-03-09T13:05:00-07:00';
const yard = {
  dischargeDateTimeLocal: '2026-03-02T04:15:00-08:00',
  yardLocation: 'A-1',
  containerState: 'In Yard',
};

function codes(availability: object[], emptyReturns: object[] = []): string[] {
  const slice = { facilityCode: 'USLAX', availability, emptyReturns };
  return mapApm(slice, context).milestones.map((one) => one.code);
}

describe('mapApm', () => {
  it('takes the later of two visits, in whatever order they come', () => {
    const before = {
      ...yard,
      dischargeDateTimeLocal: '2025-11-02T04:15:00-08:00',
      facilityOutDateTimeLocal: out,
    };
    expect(codes([yard, { ...before, facilityOutDateTimeLocal: '2025-11-09T13:05:00-08:00' }])).not.toContain(
      'outgated',
    );
    expect(codes([{ ...before, facilityOutDateTimeLocal: '2025-11-09T13:05:00-08:00' }, yard])).not.toContain(
      'outgated',
    );
  });

  it('does not place a box in the yard whose time of leaving cannot be read', () => {
    expect(codes([{ ...yard, facilityOutDateTimeLocal: 'yesterday' }])).toEqual(['discharged']);
  });

  it('takes year 1 and 9999 for no time', () => {
    for (const none of ['0001-01-01T00:00:00', '9999-12-31T00:00:00', '1900-01-01']) {
      expect(codes([{ ...yard, facilityOutDateTimeLocal: none }])).toEqual(['discharged', 'grounded']);
    }
  });

  it('takes a return before the box left for one of an earlier trip', () => {
    const back = (at: string) => [{ isContainerReturned: 'true', gateInDateTimeLocal: at }];
    const gone = { ...yard, facilityOutDateTimeLocal: out };
    expect(codes([gone], back('2026-03-09T13:04:59-07:00'))).not.toContain('returned');
    expect(codes([gone], back('2026-03-09T13:05:01-07:00'))).toContain('returned');
    expect(codes([yard], back('2026-03-11T09:30:00-07:00'))).not.toContain('returned');
  });

  it('says nothing of holds, fees and appointments that the answer leaves out', () => {
    const slice = { facilityCode: 'USLAX', availability: [{ containerId: 'XTRU1000018' }], emptyReturns: [] };
    const observed = mapApm(slice, context);
    expect(observed).toMatchObject({ found: true, holds: null, fees: null, available: null });
    expect(observed.appointment).toBeUndefined();
  });
});
