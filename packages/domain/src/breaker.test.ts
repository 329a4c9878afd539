import { describe, expect, it } from 'vitest';
import { afterFailure, type Breaker, closedBreaker, isAskable } from './breaker.ts';

const now = Date.UTC(2026, 2, 1);
const at = { now, openAfter: 3, waitOf: (ms: number) => ms };

function failTimes(times: number): Breaker {
  let breaker = closedBreaker;
  for (let failure = 0; failure < times; failure += 1) breaker = afterFailure(breaker, at);
  return breaker;
}

describe('a breaker', () => {
  it('opens after so many failures in a row, for 30 s doubling to 15 min', () => {
    const waits = [1, 2, 3, 4, 5, 8, 100].map((times) => {
      const { until } = failTimes(times);
      return until && (until.getTime() - now) / 1000;
    });
    expect(waits).toEqual([null, null, 30, 60, 120, 900, 900]);
  });

  it('is asked while closed, not while open, and probed after its time', () => {
    expect(isAskable(undefined, now)).toBe('yes');
    expect(isAskable(failTimes(2), now)).toBe('yes');
    expect(isAskable(failTimes(3), now)).toBe('no');
    expect(isAskable(failTimes(3), now + 29_999)).toBe('no');
    expect(isAskable(failTimes(3), now + 30_000)).toBe('probe');
  });
});
