import { describe, expect, it } from 'vitest';
import { addDays, localTime, utcSeconds, withOffset } from './zone.ts';

describe('local times', () => {
  it('follow daylight saving of the place', () => {
    expect(withOffset(Date.parse('2026-03-08T09:59:59Z'), 'America/Los_Angeles')).toBe(
      '2026-03-08T01:59:59-08:00',
    );
    expect(withOffset(Date.parse('2026-03-08T10:00:00Z'), 'America/Los_Angeles')).toBe(
      '2026-03-08T03:00:00-07:00',
    );
    expect(withOffset(Date.parse('2026-03-08T10:00:00Z'), 'Asia/Shanghai')).toBe('2026-03-08T18:00:00+08:00');
    expect(withOffset(Date.parse('2026-03-08T00:00:00Z'), 'UTC')).toBe('2026-03-08T00:00:00+00:00');
  });

  it('have the date of the place', () => {
    expect(localTime(Date.parse('2026-03-03T05:00:00Z'), 'America/Los_Angeles').date).toBe('2026-03-02');
  });

  it('count days by the calendar', () => {
    expect(addDays('2026-03-07', 2)).toBe('2026-03-09');
    expect(addDays('2026-03-01', -1)).toBe('2026-02-28');
  });

  it('leave out milliseconds in UTC', () => {
    expect(utcSeconds(Date.parse('2026-03-08T10:00:00.999Z'))).toBe('2026-03-08T10:00:00Z');
  });
});
