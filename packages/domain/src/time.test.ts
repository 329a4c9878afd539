import { Temporal } from '@js-temporal/polyfill';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { daysUntil, isKnownZone, localHour, resolveLocal, today, toEpochMs, toSourceTime } from './time.ts';

const zones = [
  'America/Los_Angeles',
  'America/New_York',
  'America/Chicago',
  'America/St_Johns',
  'America/Phoenix',
  'Europe/Amsterdam',
  'Asia/Manila',
  'Asia/Kolkata',
  'Pacific/Auckland',
  'Australia/Lord_Howe',
];
const zone = fc.constantFrom(...zones);
const year2000 = Date.UTC(2000, 0, 1);
const year2040 = Date.UTC(2040, 0, 1);
const second = fc.integer({ min: year2000 / 1000, max: year2040 / 1000 }).map((s) => s * 1000);

const formats = new Map(
  zones.map((timeZone) => [
    timeZone,
    new Intl.DateTimeFormat('sv-SE', { timeZone, dateStyle: 'short', timeStyle: 'medium' }),
  ]),
);

/** The wall clock by another way than `resolveLocal` has. */
function wallClock(ms: number, timeZone: string): string {
  return formats.get(timeZone)?.format(ms).replace(' ', 'T') ?? '';
}

/** Moments around every change of the clock that a zone makes in these years. */
const hourMs = 3_600_000;
const nearChanges = zones.flatMap((name) => {
  const offset = (ms: number) => Date.parse(`${wallClock(ms, name)}Z`) - ms;
  const hoursFrom = (from: number, count: number) =>
    Array.from({ length: count }, (_, h) => from + h * hourMs);
  const days = Array.from({ length: 730 }, (_, day) => Date.UTC(2025, 0, 1) + day * 24 * hourMs);
  return days
    .filter((ms) => offset(ms) !== offset(ms + 24 * hourMs))
    .flatMap((ms) => hoursFrom(ms, 24).filter((one) => offset(one) !== offset(one + hourMs)))
    .flatMap((ms) => [-3, -2, -1, 0, 1, 2, 3].map((half) => ({ zone: name, ms: ms + (half * hourMs) / 2 })));
});

describe('resolveLocal', () => {
  it('is tested around the changes of every zone that has them', () => {
    expect(new Set(nearChanges.map((one) => one.zone)).size).toBe(7);
  });

  it.each([
    ['2026-07-01 10:00', 'America/Los_Angeles', '2026-07-01T10:00:00-07:00'],
    ['2026-01-01T10:00:30', 'America/Los_Angeles', '2026-01-01T10:00:30-08:00'],
    ['2026-01-01T10:00:30.5', 'Asia/Kolkata', '2026-01-01T10:00:30.500+05:30'],
    ['2026-03-08T02:30', 'America/Los_Angeles', '2026-03-08T03:30:00-07:00'],
    ['2026-11-01T01:30', 'America/Los_Angeles', '2026-11-01T01:30:00-07:00'],
    ['2026-10-25T02:30', 'Europe/Amsterdam', '2026-10-25T02:30:00+02:00'],
  ])('reads %s in %s as %s', (local, name, at) => {
    expect(resolveLocal(local, name)).toEqual({ at });
  });

  it.each([
    ['2026-03-02T04:15:00-08:00', '2026-03-02T04:15:00-08:00'],
    ['2026-03-02T04:15-0800', '2026-03-02T04:15:00-08:00'],
    ['2026-03-02T04:15+05', '2026-03-02T04:15:00+05:00'],
    ['2026-03-02 04:15:00.000Z', '2026-03-02T04:15:00Z'],
  ])('keeps the offset that %s carries', (given, at) => {
    expect(resolveLocal(given, 'Asia/Manila')).toEqual({ at });
    expect(resolveLocal(given, null)).toEqual({ at });
  });

  it('marks a time whose zone is unknown', () => {
    const assumed = { at: '2026-03-02T04:15:00+00:00', zoneAssumed: true };
    expect(resolveLocal('2026-03-02T04:15', null)).toEqual(assumed);
    expect(resolveLocal('2026-03-02T04:15', 'Mars/Olympus')).toEqual(assumed);
    expect(resolveLocal('2026-03-02T04:15', '')).toEqual(assumed);
  });

  it.each([
    '',
    'N/A',
    '2026-03-02',
    '2026-02-30T10:00',
    '2026-03-02T25:00',
    '2026-03-02T10:00+25:00',
    '10:00',
  ])('refuses %j, which toSourceTime answers with null', (text) => {
    expect(() => resolveLocal(text, 'UTC')).toThrow(RangeError);
    expect(toSourceTime(text, 'UTC')).toBeNull();
  });

  it('finds every moment again by its wall clock, or the earlier one of two', () => {
    const moment = fc.oneof(fc.record({ zone, ms: second }), fc.constantFrom(...nearChanges));
    fc.assert(
      fc.property(moment, ({ zone: name, ms }) => {
        const local = wallClock(ms, name);
        const { at, zoneAssumed } = resolveLocal(local, name);
        const found = Date.parse(at);
        expect(zoneAssumed).toBeUndefined();
        expect(at.slice(0, 19)).toBe(local);
        expect(wallClock(found, name)).toBe(local);
        expect(found).toBeLessThanOrEqual(ms);
        if (found !== ms) expect([1_800_000, 3_600_000]).toContain(ms - found);
      }),
      { numRuns: 500 },
    );
  });

  it('never moves a time that carries an offset', () => {
    fc.assert(
      fc.property(second, zone, zone, (ms, from, other) => {
        const { at } = resolveLocal(wallClock(ms, from), from);
        expect(resolveLocal(at, other).at).toBe(at);
      }),
      { numRuns: 50 },
    );
  });

  it('does not take a zone-less time for UTC where the zone is another', () => {
    fc.assert(
      fc.property(second, (ms) => {
        const local = wallClock(ms, 'America/Phoenix');
        expect(Date.parse(resolveLocal(local, 'America/Phoenix').at)).toBe(Date.parse(`${local}-07:00`));
      }),
      { numRuns: 50 },
    );
  });
});

describe('calendar days', () => {
  it('are those of the place', () => {
    const ms = Date.parse('2026-03-09T05:00:00Z');
    expect(today(ms, 'America/Los_Angeles')).toBe('2026-03-08');
    expect(today(ms, 'America/New_York')).toBe('2026-03-09');
    expect(today(ms, null)).toBe('2026-03-09');
    expect(daysUntil('2026-03-10', ms, 'America/Los_Angeles')).toBe(2);
    expect(daysUntil('2026-03-10', ms, 'America/New_York')).toBe(1);
    expect(daysUntil('2026-03-08', ms, 'America/New_York')).toBe(-1);
  });

  it('are counted one by one also where a day has 23 or 25 hours', () => {
    fc.assert(
      fc.property(second, zone, fc.integer({ min: -40, max: 40 }), (ms, name, days) => {
        const date = new Date(Date.parse(`${today(ms, name)}T00:00:00Z`) + days * 86_400_000);
        expect(daysUntil(date.toISOString().slice(0, 10), ms, name)).toBe(days);
        const there = Temporal.Instant.fromEpochMilliseconds(ms).toZonedDateTimeISO(name);
        expect(today(ms, name)).toBe(there.toPlainDate().toString());
        expect(localHour(ms, name)).toEqual({ hour: there.hour, dayOfWeek: there.dayOfWeek });
      }),
      { numRuns: 200 },
    );
  });

  it('know Sunday as the seventh day', () => {
    expect(localHour(Date.parse('2026-03-08T20:00:00Z'), 'America/Los_Angeles')).toEqual({
      hour: 13,
      dayOfWeek: 7,
    });
  });
});

describe('isKnownZone', () => {
  it.each(['America/Los_Angeles', 'UTC', 'Etc/GMT+5'])('knows %s', (name) => {
    expect(isKnownZone(name)).toBe(true);
  });

  it.each(['+05:00', 'Mars/Olympus', '', 'CT/ET'])('does not know %j', (name) => {
    expect(isKnownZone(name)).toBe(false);
    expect(isKnownZone(name)).toBe(false);
  });
});

describe('toEpochMs', () => {
  it('is null for what is no time', () => {
    expect([null, undefined, '', 'soon'].map((at) => toEpochMs(at))).toEqual([null, null, null, null]);
    expect(toEpochMs('1970-01-01T00:00:01Z')).toBe(1000);
  });
});
