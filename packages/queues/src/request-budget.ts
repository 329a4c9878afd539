import { randomUUID } from 'node:crypto';
import type { Redis } from 'ioredis';
import { DEFAULT_PREFIX } from './prefix.ts';
import { reached } from './reached.ts';

/** Most requests per window; a window that is not named has no limit. */
export interface RequestLimits {
  perSecond?: number | undefined;
  perMinute?: number | undefined;
  perDay?: number | undefined;
}

export interface RequestBudget {
  /**
   * Takes one request out of the budget of `key` in one round trip: 0 when it may be sent now, else the milliseconds until
   * it is worth asking again. Holds across processes. Rejects with AppError `unavailable` while Redis is away.
   */
  take(key: string, limits: RequestLimits): Promise<number>;
}

const dayMs = 86_400_000;

// Exact sliding windows for seconds and minutes (the times of the last requests), a counter for the UTC day. Redis'
// own clock decides, so the clocks of the processes do not matter.
const script = `
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local wait = 0
for i = 1, 2 do
  local limit = tonumber(ARGV[i])
  local length = i == 1 and 1000 or 60000
  if limit > 0 then
    redis.call('ZREMRANGEBYSCORE', KEYS[i], '-inf', now - length)
    if redis.call('ZCARD', KEYS[i]) >= limit then
      local first = redis.call('ZRANGE', KEYS[i], 0, 0, 'WITHSCORES')
      wait = math.max(wait, first[2] + length - now)
    end
  end
end
local perDay = tonumber(ARGV[3])
local day = math.floor(now / ${dayMs})
local dayKey = KEYS[3] .. day
if perDay > 0 and tonumber(redis.call('GET', dayKey) or '0') >= perDay then
  wait = math.max(wait, (day + 1) * ${dayMs} - now)
end
if wait > 0 then return wait end
for i = 1, 2 do
  if tonumber(ARGV[i]) > 0 then
    redis.call('ZADD', KEYS[i], now, ARGV[4])
    redis.call('PEXPIRE', KEYS[i], i == 1 and 1000 or 60000)
  end
end
if perDay > 0 then
  redis.call('INCR', dayKey)
  redis.call('PEXPIRE', dayKey, ${dayMs})
end
return 0
`;

/** Request budgets in Redis: a flush forgets what was spent, never what is allowed. */
export function createRequestBudget(options: { redis: Redis; prefix?: string | undefined }): RequestBudget {
  const { redis, prefix = DEFAULT_PREFIX } = options;
  return {
    async take(key, { perSecond = 0, perMinute = 0, perDay = 0 }) {
      if (perSecond + perMinute + perDay === 0) return 0;
      const base = `${prefix}:budget:{${key}}`;
      const keys = [`${base}:second`, `${base}:minute`, `${base}:day:`];
      const wait = await reached(() =>
        redis.eval(script, keys.length, ...keys, perSecond, perMinute, perDay, randomUUID()),
      );
      return Number(wait);
    },
  };
}
