const second = 1000;
const minute = 60 * second;
const hour = 60 * minute;

/** Waits before each of the ten attempts, counted from the end of the one before (contract s6, quality R4). */
export const attemptDelaysMs = [
  0,
  5 * second,
  5 * minute,
  30 * minute,
  2 * hour,
  5 * hour,
  10 * hour,
  14 * hour,
  20 * hour,
  24 * hour,
] as const;

const jitter = 0.1;
const longestRetryAfterMs = 24 * hour;

export type NextAttempt = { dueAt: number } | { dead: true };

/**
 * When a delivery that failed `attemptCount` times is tried again, in epoch milliseconds; `dead` after the tenth.
 * `Retry-After` is a lower bound up to 24 h, and jitter only ever adds.
 */
export function nextAttempt(after: {
  attemptCount: number;
  endedAt: number;
  random: () => number;
  retryAfterMs?: number | null;
}): NextAttempt {
  const delayMs = attemptDelaysMs[after.attemptCount];
  if (delayMs === undefined) return { dead: true };
  const spreadMs = delayMs * (1 + jitter * after.random());
  const askedMs = Math.min(after.retryAfterMs ?? 0, longestRetryAfterMs);
  return { dueAt: Math.ceil(after.endedAt + Math.max(spreadMs, askedMs)) };
}
