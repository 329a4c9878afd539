import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { checkDigit, isContainerNumber, judgeNumber, normalizeNumber } from './iso6346.ts';

const letter = fc.constantFrom(...'ABCDEFGHIJKLMNOPQRSTUVWXYZ');
const first10 = fc
  .tuple(fc.array(letter, { minLength: 3, maxLength: 3 }), fc.constantFrom('U', 'J', 'Z'), fc.nat(999_999))
  .map(([owner, category, serial]) => `${owner.join('')}${category}${String(serial).padStart(6, '0')}`);
const valid = first10.map((number) => `${number}${checkDigit(number)}`);

describe('checkDigit', () => {
  it.each([
    ['CSQU305438', 3],
    ['MSCU000006', 0],
    ['MSCU000010', 0],
    ['MSCU123456', 6],
  ])('of %s is %i', (number, digit) => {
    expect(checkDigit(number)).toBe(digit);
  });

  it('follows the letter values of ISO 6346', () => {
    // One letter in front of zeros: the digit is that letter's value alone.
    const zeros = 'AAA000000';
    const base = checkDigit(`A${zeros}`);
    expect(base).toBe((((10 * (1 + 2 + 4 + 8)) % 11) % 10) as number);
    expect(checkDigit(`Z${zeros}`)).toBe(((38 + 10 * 14) % 11) % 10);
    expect(checkDigit(`L${zeros}`)).toBe(((23 + 10 * 14) % 11) % 10);
  });

  it.each(['CSQU30543', 'CSQ1305438', 'csqu305438', ''])('refuses %j', (number) => {
    expect(() => checkDigit(number)).toThrow(RangeError);
  });
});

describe('judgeNumber', () => {
  it('accepts a right number as it is', () => {
    expect(judgeNumber('CSQU3054383')).toEqual({
      verdict: 'ok',
      normalizedId: 'CSQU3054383',
      completed: null,
      warnings: [],
    });
  });

  it.each([
    'csqu 305438-3',
    ' CSQU.305438.3 ',
    'CSQU３０５４３８３',
    'ＣＳＱＵ3054383',
    'CSQU\u00a0305438\u20103',
  ])('reads %j as CSQU3054383', (id) => {
    expect(judgeNumber(id)).toMatchObject({ verdict: 'ok', normalizedId: 'CSQU3054383' });
  });

  it('completes a number without its check digit', () => {
    expect(judgeNumber('CSQU-305438')).toMatchObject({
      verdict: 'missing_check_digit',
      normalizedId: 'CSQU3054383',
      completed: 'CSQU3054383',
      warnings: [],
    });
  });

  it('accepts a wrong check digit with the corrected number', () => {
    const judged = judgeNumber('MSCU1234567');
    expect(judged).toMatchObject({ verdict: 'wrong_check_digit', normalizedId: 'MSCU1234567' });
    expect(judged.warnings).toEqual([
      {
        code: 'wrong_check_digit',
        message: 'The check digit of MSCU1234567 should be 6',
        suggestion: 'MSCU1234566',
      },
    ]);
    expect(judged.reason).toBeUndefined();
  });

  it('refuses a wrong check digit where the client is strict, and still suggests', () => {
    const judged = judgeNumber('CSQU3054384', { strict: true });
    expect(judged).toMatchObject({
      normalizedId: null,
      reason: 'The check digit of CSQU3054384 should be 3',
    });
    expect(judged.warnings[0]?.suggestion).toBe('CSQU3054383');
    expect(judgeNumber('CSQU305438', { strict: true }).verdict).toBe('missing_check_digit');
  });

  it('suggests the one swap of neighbours that makes a valid number', () => {
    expect(judgeNumber('CSQU3504383').warnings[0]?.suggestion).toBe('CSQU3054383');
  });

  it('keeps a foreign mark, and names the number that letters for digits hide', () => {
    expect(judgeNumber('CONT-123456')).toMatchObject({ verdict: 'not_iso6346', normalizedId: 'CONT123456' });
    expect(judgeNumber('TRLR 7')).toMatchObject({
      verdict: 'not_iso6346',
      normalizedId: 'TRLR7',
      warnings: [],
    });
    const lookalike = judgeNumber('CSQU3O54383');
    expect(lookalike).toMatchObject({ verdict: 'not_iso6346', normalizedId: 'CSQU3O54383' });
    expect(lookalike.warnings[0]?.suggestion).toBe('CSQU3054383');
  });

  it.each([
    '',
    'ABC',
    'A'.repeat(16),
    'CSQU3054383,',
    'CSQU305438$',
    'CSQU3054383/1',
    'ÄBCU1234567',
    '<script>',
  ])('rejects %j with a reason', (id) => {
    const judged = judgeNumber(id);
    expect(judged).toMatchObject({ verdict: 'rejected', normalizedId: null });
    expect(judged.reason).toBeTruthy();
  });

  it('takes the id, its normal form or the completed number as normalizedId', () => {
    for (const normalizedId of ['csqu-305438', 'CSQU305438', 'CSQU3054383']) {
      expect(judgeNumber('csqu-305438', { normalizedId }).normalizedId).toBe('CSQU3054383');
    }
  });

  it.each(['CSQU3054384', '', 'MSCU1234566'])('rejects a contradicting normalizedId %j', (normalizedId) => {
    expect(judgeNumber('CSQU3054383', { normalizedId })).toMatchObject({
      verdict: 'rejected',
      normalizedId: null,
      reason: 'normalizedId is neither the id nor its normal form',
    });
  });
});

describe('any number', () => {
  it('is completed to a valid one', () => {
    fc.assert(
      fc.property(first10, (number) => {
        const { completed, normalizedId } = judgeNumber(number);
        expect(completed).toBe(normalizedId);
        expect(isContainerNumber(completed ?? '')).toBe(true);
        expect(judgeNumber(completed ?? '').verdict).toBe('ok');
      }),
    );
  });

  it('with one wrong digit is caught, but where the remainders 10 and 0 share the digit', () => {
    fc.assert(
      fc.property(
        valid,
        fc.integer({ min: 4, max: 9 }),
        fc.integer({ min: 1, max: 9 }),
        (number, at, add) => {
          const digit = (Number(number[at]) + add) % 10;
          const wrong = `${number.slice(0, at)}${digit}${number.slice(at + 1)}`;
          const judged = judgeNumber(wrong);
          if (number.endsWith('0')) return;
          expect(judged.verdict).toBe('wrong_check_digit');
        },
      ),
    );
  });

  it('gets a valid suggestion, and never another number than it was, when its digit is wrong', () => {
    fc.assert(
      fc.property(first10, fc.integer({ min: 1, max: 9 }), (number, add) => {
        const wrong = `${number}${(checkDigit(number) + add) % 10}`;
        const judged = judgeNumber(wrong);
        expect(judged).toMatchObject({ verdict: 'wrong_check_digit', normalizedId: wrong });
        expect(isContainerNumber(judged.warnings[0]?.suggestion ?? '')).toBe(true);
      }),
    );
  });

  it('means the same however it is written', () => {
    const separator = fc.constantFrom('', ' ', '-', '.', '\u2013', '\u3000');
    fc.assert(
      fc.property(valid, fc.array(separator, { minLength: 11, maxLength: 11 }), (number, separators) => {
        const written = [...number].map((one, index) => `${separators[index]}${one.toLowerCase()}`).join('');
        expect(judgeNumber(written)).toEqual(judgeNumber(number));
      }),
    );
  });

  it('is judged without throwing, and traced only under 4 to 15 letters and digits', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 40 }), fc.boolean(), (id, strict) => {
        const judged = judgeNumber(id, { strict });
        expect(normalizeNumber(normalizeNumber(id))).toBe(normalizeNumber(id));
        expect(judged.normalizedId === null).toBe(judged.reason !== undefined);
        if (judged.normalizedId !== null) expect(judged.normalizedId).toMatch(/^[A-Z0-9]{4,15}$/);
      }),
    );
  });
});
