import { AppError, createRateLimitedLog, type Logger } from '@envase/runtime';
import { Redis, type RedisOptions } from 'ioredis';
import { endsWithin } from './ends-within.ts';

export type { Redis } from 'ioredis';

export interface RedisConfig {
  /** `redis://…` or `rediss://…`. */
  url: string;
  /** `producer` gives up within a second while Redis is away; `worker` waits for it. */
  role: 'producer' | 'worker';
  logger: Logger;
}

/** How often one message about Redis or a queue is logged at most. */
export const LOG_EVERY_MS = 10_000;

const roles = {
  producer: {
    enableOfflineQueue: false,
    maxRetriesPerRequest: 1,
    commandTimeout: 500,
    connectTimeout: 2_000,
  },
  worker: { maxRetriesPerRequest: null, connectTimeout: 5_000 },
} satisfies Record<RedisConfig['role'], RedisOptions>;

/**
 * A Redis client that reconnects by itself, at the latest a second after Redis is back. Commands of a `producer` fail
 * within a second while it is away; those of a `worker` wait. Errors are logged at most every 10 s. The caller closes it.
 */
export function connectRedis({ url, role, logger }: RedisConfig): Redis {
  const redis = new Redis(url, {
    ...roles[role],
    retryStrategy: (times) => Math.min(50 * 2 ** Math.min(times, 10), 1_000),
  });
  const log = createRateLimitedLog(logger, LOG_EVERY_MS);
  redis.on('error', (err) => log.warn({ err, role }, 'Redis is not reachable'));
  return redis;
}

/**
 * Refuses a Redis that would throw jobs away when memory is short: AppError `internal` whose message names the setting.
 * Waits for a connection first; AppError `unavailable` when there is none within `waitMs` (10 s).
 */
export async function assertRedisPolicy(redis: Redis, options: { waitMs?: number } = {}): Promise<void> {
  const { waitMs = 10_000 } = options;
  const ready = new Promise<void>((resolve) => redis.once('ready', resolve));
  if (redis.status !== 'ready' && !(await endsWithin(ready, waitMs))) {
    throw new AppError('unavailable', `Redis did not answer within ${waitMs} ms`);
  }
  const info = await redis.info('memory').catch((cause: unknown) => {
    throw new AppError('unavailable', 'Redis did not say what it evicts', { cause });
  });
  const fault = findPolicyFault(info);
  if (fault) throw new AppError('internal', fault);
}

/** What is wrong with the eviction policy that `INFO memory` tells, or null. */
export function findPolicyFault(info: string): string | null {
  const policy = /^maxmemory_policy:(\S+)/m.exec(info)?.[1];
  if (policy === undefined || policy === 'noeviction') return null;
  return `Redis has maxmemory-policy ${policy} and would evict jobs: set "maxmemory-policy noeviction"`;
}
