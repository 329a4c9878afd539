/**
 * The time a program goes by. `now()` is epoch milliseconds; `wait(ms)` says how many real milliseconds a business
 * wait of `ms` lasts, so that a demonstration can run days in minutes.
 */
export interface Clock {
  now(): number;
  readonly speed: number;
  wait(ms: number): number;
}

/** A clock that a test moves by hand. */
export interface TestClock extends Clock {
  advance(ms: number): void;
}

/** The real clock; `speed` 60 lets an hour's wait last a minute. Throws RangeError unless speed is above 0. */
export function createClock(options: { speed?: number; now?: () => number } = {}): Clock {
  const speed = options.speed ?? 1;
  if (!(speed > 0 && Number.isFinite(speed)))
    throw new RangeError('The speed of a clock is a number above 0');
  return { now: options.now ?? Date.now, speed, wait: (ms) => ms / speed };
}

/** A clock that stands still at `startMs` until it is advanced. */
export function createTestClock(startMs: number, options: { speed?: number } = {}): TestClock {
  let nowMs = startMs;
  const clock = createClock({ ...options, now: () => nowMs });
  return {
    ...clock,
    advance(ms) {
      nowMs += ms;
    },
  };
}
