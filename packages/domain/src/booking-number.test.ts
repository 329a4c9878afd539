import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { judgeBooking } from './booking-number.ts';

describe('judgeBooking', () => {
  it('trims and upper-cases', () => {
    expect(judgeBooking('  ebkg-12/a ')).toEqual({
      verdict: 'ok',
      normalizedId: 'EBKG-12/A',
      completed: null,
      warnings: [],
    });
  });

  it.each(['', '   ', 'A'.repeat(36), 'AB CD', 'AB_C', 'Ä1', 'ı1'])('rejects %j with a reason', (id) => {
    expect(judgeBooking(id)).toMatchObject({ verdict: 'rejected', normalizedId: null });
    expect(judgeBooking(id).reason).toBeTruthy();
  });

  it('rejects a contradicting normalizedId', () => {
    expect(judgeBooking('abc1', { normalizedId: 'ABC1' }).verdict).toBe('ok');
    expect(judgeBooking('abc1', { normalizedId: 'ABC2' }).verdict).toBe('rejected');
  });

  it('accepts every number of the vocabulary', () => {
    const number = fc.stringMatching(/^[A-Z0-9/-]{1,35}$/);
    fc.assert(
      fc.property(number, (id) => {
        expect(judgeBooking(id).normalizedId).toBe(id);
        expect(judgeBooking(` ${id.toLowerCase()} `).normalizedId).toBe(id);
      }),
    );
  });
});
