/** Requests a provider answers per operation; more are refused. */
export interface RateLimit {
  perSecond: number;
  perMinute: number;
}

export interface Limiter {
  /** Whether a request may pass now; one that may is counted, one that may not is not. */
  admits(key: string, limit: RateLimit): boolean;
}

/** Sliding windows of a second and a minute, in real time. */
export function createLimiter(now: () => number): Limiter {
  const passed = new Map<string, number[]>();
  return {
    admits(key, limit) {
      const at = now();
      const lastMinute = (passed.get(key) ?? []).filter((one) => at - one < 60_000);
      const lastSecond = lastMinute.filter((one) => at - one < 1_000);
      const admitted = lastMinute.length < limit.perMinute && lastSecond.length < limit.perSecond;
      if (admitted) lastMinute.push(at);
      passed.set(key, lastMinute);
      return admitted;
    },
  };
}
