import { createRateLimitedLog, type Logger, repeatTask } from '@envase/runtime';
import { DEFAULT_PREFIX } from './prefix.ts';
import { LOG_EVERY_MS, type Redis } from './redis.ts';

export interface EpochOptions {
  redis: Redis;
  logger: Logger;
  prefix?: string | undefined;
  /** The program's name: each program learns of a flush by itself. */
  name: string;
  /** Brings back what Redis knew: schedulers, leases. May run twice, and on every instance. */
  onFlush: () => Promise<void>;
  /** Between looks, 1 s unless given. */
  everyMs?: number;
}

export interface EpochWatch {
  /** One look by hand: whether Redis had lost its memory. */
  check(): Promise<boolean>;
  stop(): Promise<void>;
}

/**
 * Notices that Redis was flushed, restarted or replaced: the key `<prefix>:epoch:<name>` is gone or names another
 * server run (a restart may have lost the last second, or all since a snapshot). Calls `onFlush` until it succeeds,
 * and once when the program first meets this Redis.
 */
export function watchEpoch(options: EpochOptions): EpochWatch {
  const { redis, name, onFlush, prefix = DEFAULT_PREFIX, everyMs = 1_000 } = options;
  const logger = options.logger.child({ epoch: name });
  const log = createRateLimitedLog(logger, LOG_EVERY_MS);
  const key = `${prefix}:epoch:${name}`;

  async function check(): Promise<boolean> {
    const [info, seen] = await Promise.all([redis.info('server'), redis.get(key)]);
    const run = /^run_id:(\S+)/m.exec(info)?.[1] ?? 'unknown';
    if (seen === run) return false;
    await redis.set(key, `settling ${run}`);
    logger.warn({ run }, 'Redis has lost its memory or is new: restoring what it knew');
    await onFlush();
    // Gone again by now? Then this leaves it gone, and the next look starts over.
    await redis.set(key, run, 'XX');
    return true;
  }

  const loop = repeatTask({
    everyMs,
    task: check,
    onError: (err) => log.warn({ err }, 'The state of Redis could not be checked'),
  });
  return { check, stop: () => loop.stop() };
}
