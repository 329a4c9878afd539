/** Whether a peer (provider or web-hook) is asked at all. `until` is set while it is open. */
export interface Breaker {
  state: 'closed' | 'open';
  until: Date | null;
  /** Failures in a row. */
  failures: number;
}

export const closedBreaker: Breaker = { state: 'closed', until: null, failures: 0 };

const firstOpenMs = 30_000;
const longestOpenMs = 15 * 60_000;

/**
 * The breaker after one more failure: open after `openAfter` in a row, for 30 s doubling to 15 min; a failed probe opens it
 * again. `waitOf` scales business waits to the clock's speed.
 */
export function afterFailure(
  breaker: Breaker,
  at: { now: number; openAfter: number; waitOf: (ms: number) => number },
): Breaker {
  const failures = breaker.failures + 1;
  if (failures < at.openAfter) return { state: 'closed', until: null, failures };
  const openMs = Math.min(firstOpenMs * 2 ** Math.min(failures - at.openAfter, 10), longestOpenMs);
  return { state: 'open', until: new Date(at.now + at.waitOf(openMs)), failures };
}

/** `yes` while closed, `no` while open, `probe` once an open breaker's time has passed: admit one. */
export function isAskable(breaker: Breaker | null | undefined, now: number): 'yes' | 'probe' | 'no' {
  if (breaker?.state !== 'open' || !breaker.until) return 'yes';
  return breaker.until.getTime() <= now ? 'probe' : 'no';
}
