import fc from 'fast-check';
import { expect, it } from 'vitest';
import { dateOf, daysBetween, daysOf, startOfDay } from './days.ts';

const times = fc.integer({ min: Date.UTC(2020, 0), max: Date.UTC(2030, 0) });
const spans = fc.tuple(times, fc.nat({ max: 40 * 86_400_000 })).map(([since, length]) => ({
  since: new Date(since),
  until: new Date(since + length),
}));

it('cuts a span into the days that it touches, without a gap', () => {
  fc.assert(
    fc.property(spans, ({ since, until }) => {
      const days = [...daysOf({ since, until })];
      const edges = days.flatMap((day) => [day.since, day.until]);
      expect([since, ...days.map((day) => day.until)]).toEqual([...days.map((day) => day.since), until]);
      expect(edges.toSorted((a, b) => a.getTime() - b.getTime())).toEqual(edges);
      for (const day of days) {
        expect(dateOf(day.since)).toBe(day.date);
        expect(dateOf(new Date(day.until.getTime() - 1))).toBe(day.date);
      }
      expect(new Set(days.map(({ date }) => date)).size).toBe(days.length);
    }),
  );
});

it('counts calendar days', () => {
  fc.assert(
    fc.property(times, fc.integer({ min: -800, max: 800 }), (ms, days) => {
      const date = dateOf(new Date(ms));
      expect(daysBetween(date, dateOf(startOfDay(date, days)))).toBe(days);
    }),
  );
});
