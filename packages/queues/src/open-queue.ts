import { createRateLimitedLog, type Logger } from '@envase/runtime';
import { Queue } from 'bullmq';
import { DEFAULT_PREFIX } from './prefix.ts';
import { LOG_EVERY_MS, type Redis } from './redis.ts';

export interface OpenQueueOptions {
  /** Of role `producer`. */
  redis: Redis;
  logger: Logger;
  prefix?: string | undefined;
}

/** One BullMQ queue object per name over one connection, made when first asked for. */
export function createQueueCache({ redis, logger, prefix = DEFAULT_PREFIX }: OpenQueueOptions) {
  const queues = new Map<string, Queue>();
  const log = createRateLimitedLog(logger, LOG_EVERY_MS);
  return {
    open(name: string): Queue {
      const known = queues.get(name);
      if (known) return known;
      // The version check would ask Redis once, and a queue whose one question failed never recovers.
      const queue = new Queue(name, {
        connection: redis,
        prefix,
        skipVersionCheck: true,
        streams: { events: { maxLen: 1_000 } },
      });
      queue.on('error', (err) => log.warn({ err, queue: name }, 'A queue had an error'));
      queues.set(name, queue);
      return queue;
    },
    async close(): Promise<void> {
      await Promise.all([...queues.values()].map((queue) => queue.close()));
      queues.clear();
    },
  };
}
