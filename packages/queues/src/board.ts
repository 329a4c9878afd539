import type { Queue } from 'bullmq';
import { createQueueCache, type OpenQueueOptions } from './open-queue.ts';
import { type QueueCounts, readCounts } from './producer.ts';
import { pumpQueue, workQueues } from './queues.ts';

/** A BullMQ queue, for Bull Board's `BullMQAdapter` and for pausing, retrying and cleaning by operators. */
export type BoardQueue = Queue;

export interface QueueMetric {
  queue: string;
  state: keyof QueueCounts;
  count: number;
}

export interface BoardQueues {
  /** Every queue: first those that carry work, then their pumps. */
  queues: readonly BoardQueue[];
  /** Jobs per queue and state, for Prometheus. */
  queueMetrics(): Promise<QueueMetric[]>;
  close(): Promise<void>;
}

/** Opens all queues of the platform for the board and the metrics. */
export function openQueues(providerIds: readonly string[], options: OpenQueueOptions): BoardQueues {
  const cache = createQueueCache(options);
  const work = workQueues(providerIds);
  const queues = [...work, ...work.map(pumpQueue)].map(({ name }) => cache.open(name));
  return {
    queues,
    async queueMetrics() {
      const all = await Promise.all(
        queues.map(async (queue) => toMetrics(queue.name, await readCounts(queue))),
      );
      return all.flat();
    },
    close: () => cache.close(),
  };
}

function toMetrics(queue: string, counts: QueueCounts): QueueMetric[] {
  // The keys are those of QueueCounts, whose values are all numbers.
  const entries = Object.entries(counts) as [keyof QueueCounts, number][];
  return entries.map(([state, count]) => ({ queue, state, count }));
}
