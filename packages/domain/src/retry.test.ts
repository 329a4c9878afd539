import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { attemptDelaysMs, nextAttempt } from './retry.ts';

const endedAt = Date.UTC(2026, 2, 1);

describe('nextAttempt', () => {
  it('waits 0, 5 s, 5 min, 30 min, 2 h, 5 h, 10 h, 14 h, 20 h and 24 h, then gives up', () => {
    const waits = [0, 5, 300, 1800, 7200, 18_000, 36_000, 50_400, 72_000, 86_400].map((s) => s * 1000);
    for (const [attemptCount, wait] of waits.entries()) {
      expect(nextAttempt({ attemptCount, endedAt, random: () => 0 })).toEqual({ dueAt: endedAt + wait });
    }
    expect(nextAttempt({ attemptCount: 10, endedAt, random: () => 0 })).toEqual({ dead: true });
    expect(attemptDelaysMs.reduce((sum, ms) => sum + ms, 0)).toBeGreaterThan(75 * 3_600_000);
  });

  it('waits as long as Retry-After says, up to 24 h, and never shorter than its own delay', () => {
    const after = (attemptCount: number, retryAfterMs: number) =>
      nextAttempt({ attemptCount, endedAt, random: () => 0, retryAfterMs });
    expect(after(1, 60_000)).toEqual({ dueAt: endedAt + 60_000 });
    expect(after(1, 1_000)).toEqual({ dueAt: endedAt + 5_000 });
    expect(after(1, 999 * 3_600_000)).toEqual({ dueAt: endedAt + 24 * 3_600_000 });
  });

  it('adds jitter of at most a tenth and takes nothing away', () => {
    const random = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true });
    const retryAfter = fc.option(fc.integer({ min: -1000, max: 200_000_000 }));
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 9 }), random, retryAfter, (attemptCount, share, retryAfterMs) => {
        const next = nextAttempt({ attemptCount, endedAt, random: () => share, retryAfterMs });
        const delay = attemptDelaysMs[attemptCount] ?? 0;
        const asked = Math.min(retryAfterMs ?? 0, 24 * 3_600_000);
        const wait = 'dueAt' in next ? next.dueAt - endedAt : Number.NaN;
        expect(wait).toBeGreaterThanOrEqual(Math.max(delay, asked));
        expect(wait).toBeLessThanOrEqual(Math.max(delay * 1.1, asked) + 1);
      }),
    );
  });

  it('is dead after any number of attempts from ten on', () => {
    fc.assert(
      fc.property(fc.integer({ min: 10, max: 10_000 }), (attemptCount) => {
        expect(nextAttempt({ attemptCount, endedAt, random: () => 0.5 })).toEqual({ dead: true });
      }),
    );
  });
});
