import { describe, expect, it } from 'vitest';
import { checkDigitOf, parseBoxNumber } from './iso6346.ts';

describe('box numbers', () => {
  it.each([
    ['CSQU305438', '3'],
    ['MSCU000006', '0'],
    ['MSCU000010', '0'],
    ['MSCU123456', '6'],
  ])('%s has check digit %s', (ten, digit) => {
    expect(checkDigitOf(ten)).toBe(digit);
  });

  it('completes ten characters and keeps eleven as they are', () => {
    expect(parseBoxNumber('csqu 305438')?.full).toBe('CSQU3054383');
    expect(parseBoxNumber('CSQU3054384')).toEqual({
      initial: 'CSQU',
      serial: '305438',
      checkDigit: '4',
      full: 'CSQU3054384',
    });
    expect(parseBoxNumber('SYNT0001')).toBeNull();
  });
});
