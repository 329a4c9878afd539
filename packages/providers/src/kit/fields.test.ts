import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { railKey, splitForRail } from './box-numbers.ts';
import { asRow, createDrift, memberOf, readAmount, readFeet, readFlag, rowsOf, textOf } from './fields.ts';
import { isNoDate, readDate, readDateAndClock, readTime } from './times.ts';

describe('fields', () => {
  it('reads only own members, whatever the record is', () => {
    expect(memberOf(asRow(JSON.parse('{"__proto__":{"a":1}}')), 'a')).toBeUndefined();
    expect(textOf(asRow({}), 'toString')).toBeNull();
    expect(asRow([1])).toEqual({});
    expect(rowsOf({ a: 1 })).toEqual([{ a: 1 }]);
    expect(rowsOf([1, null, { a: 1 }, [2]])).toEqual([{ a: 1 }]);
  });

  it.each([
    ['385', '385.00'],
    ['$1,385.5', '1385.50'],
    ['0.00', '0.00'],
    ['007', '7.00'],
    ['12.345', '12.345'],
    ['-5', null],
    ['1,38', null],
    ['1e3', null],
    ['', null],
    [null, null],
  ])('reads the amount %s as %s', (text, amount) => {
    expect(readAmount(text)).toBe(amount);
  });

  it('reads yes and no in any spelling and nothing else', () => {
    expect(['Yes', 'y', 'TRUE', '1'].map(readFlag)).toEqual([true, true, true, true]);
    expect(['No', 'n', 'false', '0'].map(readFlag)).toEqual([false, false, false, false]);
    expect([null, '', 'maybe', 'yes!'].map(readFlag)).toEqual([null, null, null, null]);
  });

  it('reads whole feet of a box', () => {
    expect(['40', '040', '53', '8'].map(readFeet)).toEqual(['40', '40', '53', '8']);
    expect(['', '0', '400', '40GP', null].map(readFeet)).toEqual([null, null, null, null, null]);
  });

  it('keeps unknown codes once, short and few', () => {
    const drift = createDrift();
    for (const value of ['x', 'x', '', null, undefined, {}]) drift.note('f', value);
    drift.note('f', 'y'.repeat(200));
    expect(drift.codes).toEqual(['f:x', 'f:object', `f:${'y'.repeat(60)}`]);
    for (let index = 0; index < 100; index += 1) drift.note('g', String(index));
    expect(drift.codes).toHaveLength(20);
  });
});

describe('numbers of railroads', () => {
  it.each([
    ['XTRU1000023', { initial: 'XTRU', number: '100002' }],
    ['XTRU100002', { initial: 'XTRU', number: '100002' }],
    ['xtru 100002-3', { initial: 'XTRU', number: '100002' }],
    ['AB12345', { initial: 'AB', number: '12345' }],
    ['123456', null],
    ['ABCDE12345', null],
    ['XTRU12345678', null],
    ['A1B2C3', null],
  ])('splits %s', (number, unit) => {
    expect(splitForRail(number)).toEqual(unit);
  });

  it('knows a unit however it is padded', () => {
    const unit = fc.tuple(
      fc.stringMatching(/^[A-Z]{4}$/),
      fc.integer({ min: 1, max: 999_999 }),
      fc.integer({ min: 0, max: 10 }),
    );
    fc.assert(
      fc.property(unit, ([initial, serial, width]) => {
        const number = String(serial);
        expect(railKey({ initial, number: number.padStart(width, '0') })).toBe(railKey({ initial, number }));
      }),
    );
  });
});

describe('times', () => {
  it('takes a date of no plausible year for none', () => {
    for (const none of ['0001-01-01T00:00:00', '1900-01-01T00:00:00Z', '9999-12-31T00:00:00']) {
      expect(readTime(none, 'America/Chicago')).toBeNull();
      expect(isNoDate(none)).toBe(true);
    }
    expect(readDate('9999-12-31')).toBeNull();
    expect(isNoDate('yesterday')).toBe(false);
  });

  it('keeps an offset and never turns the day of a date', () => {
    expect(readTime('2026-03-02T04:15:00-08:00', 'America/New_York')).toEqual({
      at: '2026-03-02T04:15:00-08:00',
    });
    expect(readDate('2026-03-08T23:30:00-08:00')).toBe('2026-03-08');
  });

  it('joins a day and a clock that stand apart', () => {
    const chicago = 'America/Chicago';
    expect(readDateAndClock('7/7/2026', '12:00:00 AM', chicago)).toEqual({ at: '2026-07-07T00:00:00-05:00' });
    expect(readDateAndClock('2026-07-07', '2359', chicago)).toEqual({ at: '2026-07-07T23:59:00-05:00' });
    for (const clock of ['774', '25:00', '9', 'noon', '13:00 PM', null]) {
      expect(readDateAndClock('2026-07-07', clock, chicago)).toBeNull();
    }
    expect(readDateAndClock('2026-02-30', '12:00', chicago)).toBeNull();
  });
});
