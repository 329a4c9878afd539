import type { BoardQueues } from '@envase/queues';
import type { Metrics } from '@envase/runtime';

/** Makes the look that keeps the figures of every queue: jobs by state, and whether an operator paused it. */
export function createQueueLook(queues: BoardQueues, metrics: Metrics): () => Promise<void> {
  const jobs = metrics.gauge({
    name: 'envase_queue_jobs',
    help: 'Jobs per queue and state',
    labels: ['queue', 'state'],
  });
  const paused = metrics.gauge({
    name: 'envase_queue_paused',
    help: '1 while an operator holds the queue back',
    labels: ['queue'],
  });
  return async () => {
    for (const { queue, state, count } of await queues.queueMetrics()) jobs.set({ queue, state }, count);
    for (const queue of queues.queues) paused.set({ queue: queue.name }, Number(await queue.isPaused()));
  };
}
