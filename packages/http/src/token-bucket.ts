import type { Clock } from '@envase/runtime';

/** What is left after a take. Whole numbers, times in seconds. */
export interface Allowance {
  isAllowed: boolean;
  limit: number;
  remaining: number;
  /** Until the bucket is full again. */
  resetSeconds: number;
  /** Until the next take can succeed; 0 while something is left. */
  retryAfterSeconds: number;
}

/** A token bucket per key, in this process. */
export interface TokenBucket {
  take(key: string): Allowance;
  /** As `take`, without taking. */
  peek(key: string): Allowance;
}

interface Level {
  tokens: number;
  at: number;
}

/** Buckets that hold `limit` and refill evenly over `windowMs`. The least recently used of more than `maxKeys` are forgotten. */
export function createTokenBucket(options: {
  limit: number;
  windowMs: number;
  clock: Pick<Clock, 'now'>;
  maxKeys?: number;
}): TokenBucket {
  const { limit, windowMs, clock, maxKeys = 10_000 } = options;
  const perMs = limit / windowMs;
  const levels = new Map<string, Level>();
  const levelOf = (key: string): Level => {
    const now = clock.now();
    const known = levels.get(key);
    if (!known) return { tokens: limit, at: now };
    const tokens = Math.min(limit, known.tokens + Math.max(0, now - known.at) * perMs);
    return { tokens, at: now };
  };
  const present = (tokens: number, isAllowed: boolean): Allowance => ({
    isAllowed,
    limit,
    remaining: Math.max(0, Math.floor(tokens)),
    resetSeconds: Math.ceil((limit - tokens) / perMs / 1000),
    retryAfterSeconds: tokens >= 1 ? 0 : Math.max(1, Math.ceil((1 - tokens) / perMs / 1000)),
  });
  return {
    peek(key) {
      const { tokens } = levelOf(key);
      return present(tokens, tokens >= 1);
    },
    take(key) {
      const level = levelOf(key);
      const isAllowed = level.tokens >= 1;
      if (isAllowed) level.tokens -= 1;
      // Deleted first, so that the map stays in the order of use.
      levels.delete(key);
      levels.set(key, level);
      if (levels.size > maxKeys) forgetOldest(levels);
      return present(level.tokens, isAllowed);
    },
  };
}

function forgetOldest(levels: Map<string, Level>): void {
  const oldest = levels.keys().next();
  if (!oldest.done) levels.delete(oldest.value);
}

/** `RateLimit-Limit`, `-Remaining`, `-Reset`: always all three (contract s10, row "RateLimit-*"). */
export function rateLimitHeaders(allowance: Allowance): Record<string, string> {
  return {
    'RateLimit-Limit': String(allowance.limit),
    'RateLimit-Remaining': String(allowance.remaining),
    'RateLimit-Reset': String(allowance.resetSeconds),
  };
}
