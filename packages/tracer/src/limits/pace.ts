/** Spreads what a minute allows, so that a busy first quarter does not leave the rest of it dumb. */
export interface Pace {
  /** Milliseconds until the next request is in step; 0 when it is now. */
  waitMs(): number;
  took(): void;
}

// As many requests as may come at once after a quiet time, of those a minute allows.
const burstShare = 1 / 3;

/** A bucket of a third of the minute's requests that fills evenly; no limit, no pace. */
export function createPace(perMinute: number | undefined, now: () => number): Pace {
  if (perMinute === undefined) return { waitMs: () => 0, took: () => undefined };
  const everyMs = 60_000 / perMinute;
  const burst = Math.max(1, Math.floor(perMinute * burstShare));
  let tokens = burst;
  let filledAt = now();
  const fill = () => {
    const at = now();
    tokens = Math.min(burst, tokens + (at - filledAt) / everyMs);
    filledAt = at;
  };
  return {
    waitMs() {
      fill();
      return tokens >= 1 ? 0 : Math.ceil((1 - tokens) * everyMs);
    },
    took() {
      fill();
      tokens -= 1;
    },
  };
}
