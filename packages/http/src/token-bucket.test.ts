import { createTestClock } from '@envase/runtime';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { createTokenBucket, rateLimitHeaders } from './token-bucket.ts';

it('refills evenly and never above its limit', () => {
  const clock = createTestClock(0);
  const bucket = createTokenBucket({ limit: 3, windowMs: 3_000, clock });
  expect([1, 2, 3, 4].map(() => bucket.take('a').isAllowed)).toEqual([true, true, true, false]);
  clock.advance(999);
  expect(bucket.take('a')).toMatchObject({ isAllowed: false, retryAfterSeconds: 1 });
  clock.advance(1);
  expect(bucket.take('a').isAllowed).toBe(true);
  clock.advance(1_000_000);
  expect(bucket.peek('a')).toMatchObject({ remaining: 3, resetSeconds: 0, isAllowed: true });
});

it('lets through at most limit + elapsed share, whatever the order of calls and a clock that falls back', () => {
  const steps = fc.array(fc.integer({ min: -500, max: 2_000 }), { minLength: 1, maxLength: 60 });
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 20 }), steps, (limit, waits) => {
      const clock = createTestClock(0);
      const bucket = createTokenBucket({ limit, windowMs: 1_000, clock });
      let forward = 0;
      let allowed = 0;
      for (const wait of waits) {
        clock.advance(wait);
        forward += Math.max(0, wait);
        const taken = bucket.take('a');
        if (taken.isAllowed) allowed += 1;
        const { limit: of, remaining, resetSeconds, retryAfterSeconds } = taken;
        for (const whole of [of, remaining, resetSeconds, retryAfterSeconds]) {
          if (!Number.isInteger(whole) || whole < 0) return false;
        }
      }
      return allowed <= limit + (forward / 1_000) * limit + 1e-6;
    }),
  );
});

it('keeps keys apart and forgets the least recently used of too many', () => {
  const clock = createTestClock(0);
  const bucket = createTokenBucket({ limit: 1, windowMs: 60_000, clock, maxKeys: 2 });
  bucket.take('a');
  bucket.take('b');
  bucket.take('a');
  bucket.take('c');
  expect(bucket.peek('a').isAllowed).toBe(false);
  expect(bucket.peek('b').isAllowed).toBe(true);
});

it('writes three headers', () => {
  const clock = createTestClock(0);
  const allowance = createTokenBucket({ limit: 10, windowMs: 60_000, clock }).take('a');
  expect(rateLimitHeaders(allowance)).toEqual({
    'RateLimit-Limit': '10',
    'RateLimit-Remaining': '9',
    'RateLimit-Reset': '6',
  });
});
