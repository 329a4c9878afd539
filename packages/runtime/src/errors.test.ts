import { describe, expect, it } from 'vitest';
import { createClock, createTestClock } from './clock.ts';
import { AppError, asError } from './errors.ts';

describe('AppError', () => {
  it('carries its code, cause, details and the wait', () => {
    const cause = new Error('inner');
    const details = [{ path: '/url', message: 'must be https' }];
    const error = new AppError('unavailable', 'Try again', { cause, details, retryAfterSeconds: 3 });
    expect(error).toMatchObject({
      code: 'unavailable',
      message: 'Try again',
      cause,
      details,
      retryAfterSeconds: 3,
    });
    expect(error).toBeInstanceOf(Error);
    expect(Object.hasOwn(new AppError('internal', 'x'), 'cause')).toBe(false);
  });
});

describe('asError', () => {
  it('returns an error as it is and wraps anything else', () => {
    const error = new Error('x');
    expect(asError(error)).toBe(error);
    expect(asError('text').message).toBe('text');
    expect(asError({ a: 1 }).cause).toEqual({ a: 1 });
    expect(asError(undefined)).toBeInstanceOf(Error);
  });
});

describe('the clocks', () => {
  it('shortens waits by the speed and leaves the time of day alone', () => {
    const clock = createClock({ speed: 60, now: () => 5 });
    expect([clock.wait(3_600_000), clock.now(), clock.speed]).toEqual([60_000, 5, 60]);
    expect(createClock().wait(100)).toBe(100);
    for (const speed of [0, -1, Number.NaN, Number.POSITIVE_INFINITY]) {
      expect(() => createClock({ speed })).toThrow(RangeError);
    }
  });

  it('stands still until a test advances it', () => {
    const clock = createTestClock(1_000);
    expect(clock.now()).toBe(1_000);
    clock.advance(500);
    expect(clock.now()).toBe(1_500);
  });
});
