import fc from 'fast-check';
import { expect, it } from 'vitest';
import { summarizeDurations } from './summarize-durations.ts';

it('knows the figures of ten durations, in whatever order, and none of none', () => {
  const ten = [10, 1, 9, 2, 8, 3, 7, 4, 6, 5];
  expect(summarizeDurations(ten)).toEqual({ averageMs: 6, medianMs: 5, p90Ms: 9, longestMs: 10 });
  expect(summarizeDurations([7])).toEqual({ averageMs: 7, medianMs: 7, p90Ms: 7, longestMs: 7 });
  expect(summarizeDurations([])).toEqual({ averageMs: null, medianMs: null, p90Ms: null, longestMs: null });
});

it('gives percentiles that were measured, with as many at or below them as they say', () => {
  fc.assert(
    fc.property(fc.array(fc.nat(), { minLength: 1, maxLength: 200 }), (durations) => {
      const { averageMs, medianMs, p90Ms, longestMs } = summarizeDurations(durations);
      const atOrBelow = (ms: number | null) => durations.filter((one) => one <= Number(ms)).length;
      expect(durations).toContain(medianMs);
      expect(durations).toContain(p90Ms);
      expect(atOrBelow(medianMs)).toBeGreaterThanOrEqual(durations.length * 0.5);
      expect(atOrBelow(p90Ms)).toBeGreaterThanOrEqual(durations.length * 0.9);
      expect(longestMs).toBe(Math.max(...durations));
      expect(Number(averageMs)).toBeGreaterThanOrEqual(Math.min(...durations));
      expect(averageMs).toBeLessThanOrEqual(Number(longestMs));
    }),
  );
});
