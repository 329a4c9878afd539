import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createPace } from './pace.ts';

function start(perMinute: number | undefined) {
  const clock = { now: 1_000_000 };
  return { clock, pace: createPace(perMinute, () => clock.now) };
}

describe('a pace', () => {
  it('lets a third of a minute go at once, then evenly', () => {
    const { clock, pace } = start(15);
    for (let n = 0; n < 5; n += 1) {
      expect(pace.waitMs()).toBe(0);
      pace.took();
    }
    expect(pace.waitMs()).toBe(4_000);
    clock.now += 4_000;
    expect(pace.waitMs()).toBe(0);
  });

  it('makes good what was taken out of step', () => {
    const { pace } = start(15);
    for (let n = 0; n < 6; n += 1) pace.took();
    expect(pace.waitMs()).toBe(8_000);
  });

  it('is none where a minute has no limit', () => {
    const { pace } = start(undefined);
    for (let n = 0; n < 1_000; n += 1) pace.took();
    expect(pace.waitMs()).toBe(0);
  });

  it('never lets more go in a minute than a burst and what filled up since', () => {
    const step = fc.integer({ min: 0, max: 20_000 });
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 600 }), fc.array(step, { maxLength: 60 }), (perMinute, steps) => {
        const { clock, pace } = start(perMinute);
        const from = clock.now;
        let taken = 0;
        for (const ms of steps) {
          clock.now += ms;
          if (pace.waitMs() > 0) continue;
          pace.took();
          taken += 1;
        }
        const allowed = Math.max(1, perMinute / 3) + ((clock.now - from) * perMinute) / 60_000;
        expect(taken).toBeLessThanOrEqual(Math.ceil(allowed));
      }),
    );
  });
});
