import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { anyFacts, observations } from '../../test/observations.ts';
import { defaultCadenceRules, fold, type TraceState } from '../index.ts';
import { plan } from './plan.ts';

const hour = 3_600_000;
const day = 24 * hour;
const now = Date.parse('2026-03-04T18:00:00Z');

const share = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true });
const inputs = fc.record({
  story: fc.array(observations, { maxLength: 3 }),
  facts: anyFacts,
  share,
  speed: fc.constantFrom(1, 7, 60, 3600, 100_000),
  failures: fc.oneof(fc.constant(0), fc.nat(40)),
  notFoundCount: fc.nat(40),
  ageMs: fc.integer({ min: 0, max: 200 * day }),
  retryAfterMs: fc.option(fc.integer({ min: 0, max: 3 * hour })),
});

function planAny({
  story,
  facts,
  share: part,
  ageMs,
  ...rest
}: typeof inputs extends fc.Arbitrary<infer T> ? T : never) {
  let state: TraceState | null = null;
  for (const observed of story)
    state = fold(state, observed, { ...facts, now: new Date(now).toISOString() }).state;
  return plan({ ...rest, state, facts, now, random: () => part, createdAt: now - ageMs / rest.speed });
}

describe('any plan', () => {
  it('is within a tenth of its interval, and never nearer than the floor or than the source asked', () => {
    fc.assert(
      fc.property(inputs, (input) => {
        const { nextTraceAt, why } = planAny(input);
        if (nextTraceAt === null) return;
        const floorMs = Math.max(5_000 / input.speed, 1_000);
        const intervalMs = Math.max(Number(why.inputs.intervalMs) / input.speed, floorMs);
        const waitMs = nextTraceAt - now;
        const askedMs = input.retryAfterMs ?? 0;
        expect(waitMs).toBeGreaterThanOrEqual(Math.max(0.9 * intervalMs, floorMs, askedMs) - 1e-6);
        expect(waitMs).toBeLessThanOrEqual(1.1 * Math.max(intervalMs, askedMs) + 1);
      }),
    );
  });

  it('has no next time exactly when tracing ends', () => {
    fc.assert(
      fc.property(inputs, (input) => {
        const { nextTraceAt, stopReason, priority } = planAny(input);
        expect(nextTraceAt === null).toBe(stopReason !== null);
        expect([0, 1, 2, 3]).toContain(priority);
      }),
    );
  });

  it('comes out the same from the same inputs, and its time from the inputs that it names', () => {
    fc.assert(
      fc.property(inputs, (input) => {
        const planned = planAny(input);
        expect(planAny(input)).toEqual(planned);
        const { intervalMs, spread, speed, plannedAt, retryAfterMs } = planned.why.inputs;
        if (planned.nextTraceAt === null) return;
        const floorMs = Math.max(5_000 / Number(speed), 1_000);
        const waitMs = Math.max(
          floorMs,
          Math.max(floorMs, Number(intervalMs) / Number(speed)) * Number(spread),
        );
        const asked = Number(retryAfterMs ?? 0) * (1 + (Number(spread) - 0.9) / 2);
        const again = Date.parse(String(plannedAt)) + Math.max(waitMs, asked);
        expect(Math.abs(planned.nextTraceAt - again)).toBeLessThanOrEqual(1.001);
      }),
    );
  });

  it('names a rule of the table or the reason to stop, and no rule twice', () => {
    const known = new Set([...defaultCadenceRules.map(({ id }) => id), 'failing']);
    fc.assert(
      fc.property(inputs, (input) => {
        const { why, stopReason } = planAny(input);
        expect(stopReason !== null || known.has(why.rule)).toBe(true);
        const losers = why.losers.map(({ rule }) => rule);
        expect(new Set(losers).size).toBe(losers.length);
        expect(losers).not.toContain(why.rule);
        expect(JSON.parse(JSON.stringify(why))).toEqual(why);
      }),
    );
  });
});
