import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type LocalPattern, parseLocalDateTime, toDate } from './time-formats.ts';

const cases: [LocalPattern, string, string | null][] = [
  ['YYYY-MM-DD HH:mm[:ss]', '2026-06-04 03:00', '2026-06-04T03:00:00'],
  ['YYYY-MM-DD HH:mm[:ss]', ' 2026-06-04T03:00:07 ', '2026-06-04T03:00:07'],
  ['YYYY-MM-DD HH:mm[:ss]', '06/04/2026 03:00', null],
  ['YYYY-MM-DD HH:mm[:ss]', '2026-06-31 03:00', null],
  ['MM/DD/YYYY HH:mm', '06/02/2026 05:10', '2026-06-02T05:10:00'],
  ['MM/DD/YYYY HH:mm', '6/2/2026  5:10', '2026-06-02T05:10:00'],
  ['MM/DD/YYYY HH:mm', '13/02/2026 05:10', null],
  ['MM/DD/YYYY HH:mm', '06/02/2026 24:10', null],
  ['YYYY-MM-DD HH.MM.SS', '2026-06-02 05.10.59', '2026-06-02T05:10:59'],
  ['YYYY-MM-DD HH.MM.SS', '2026-06-02-05.10.59', '2026-06-02T05:10:59'],
  ['YYYY-MM-DD HH.MM.SS', '2026-06-02 05:10:59', null],
  ['MM/DD/YYYY hh:mm A', '6/2/2026 8:02:42 PM', '2026-06-02T20:02:42'],
  ['MM/DD/YYYY hh:mm A', '06/02/2026 12:00 am', '2026-06-02T00:00:00'],
  ['MM/DD/YYYY hh:mm A', '06/02/2026 13:00 PM', null],
  ['MM/DD/YYYY HH:mm', 'N/A', null],
  ['MM/DD/YYYY HH:mm', '', null],
];

describe('parseLocalDateTime', () => {
  it.each(cases)('reads by %s %j as %j', (pattern, text, local) => {
    expect(parseLocalDateTime(text, pattern)).toBe(local);
  });

  it('answers a blank with null', () => {
    expect(parseLocalDateTime(null, 'MM/DD/YYYY HH:mm')).toBeNull();
    expect(parseLocalDateTime(undefined, 'MM/DD/YYYY HH:mm')).toBeNull();
  });

  it('throws for no text', () => {
    const pattern = fc.constantFrom(...cases.map(([one]) => one));
    const digits = fc.stringMatching(/^[0-9/:. -]{0,24}$/);
    fc.assert(
      fc.property(fc.oneof(digits, fc.string()), pattern, (text, one) => {
        const local = parseLocalDateTime(text, one);
        if (local !== null) expect(Number.isNaN(Date.parse(`${local}Z`))).toBe(false);
      }),
    );
  });
});

describe('toDate', () => {
  it.each([
    ['2026-04-11', '2026-04-11'],
    ['2026-04-11T00:00:00-07:00', '2026-04-11'],
    ['04/11/2026', '2026-04-11'],
    ['4/1/2026 11:59 PM', '2026-04-01'],
    ['20260411', '2026-04-11'],
    [' 2026-04-11 ', '2026-04-11'],
    ['2026-02-30', null],
    ['02/30/2026', null],
    ['N/A', null],
    ['', null],
  ])('reads %j as %j', (text, date) => {
    expect(toDate(text)).toBe(date);
  });

  it('answers a blank with null', () => {
    expect(toDate(null)).toBeNull();
    expect(toDate(undefined)).toBeNull();
  });

  it('reads every day back in each spelling', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 30_000 }), (days) => {
        const date = new Date(days * 86_400_000).toISOString().slice(0, 10);
        const [y, m, d] = date.split('-');
        for (const text of [date, `${m}/${d}/${y}`, `${y}${m}${d}`]) expect(toDate(text)).toBe(date);
      }),
    );
  });
});
