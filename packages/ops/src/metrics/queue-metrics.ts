import type { BoardQueues } from '@envase/queues';
import { asError, type Logger, type Metrics } from '@envase/runtime';

const everyMs = 5_000;

/** Keeps `envase_queue_jobs{queue,state}` of every queue for Prometheus. */
export function watchQueues(deps: { queues: BoardQueues; metrics: Metrics; logger: Logger }): {
  stop(): void;
} {
  const { queues, metrics, logger } = deps;
  const jobs = metrics.gauge({
    name: 'envase_queue_jobs',
    help: 'Jobs per queue and state',
    labels: ['queue', 'state'],
  });
  const look = async () => {
    for (const { queue, state, count } of await queues.queueMetrics()) jobs.set({ queue, state }, count);
  };
  const timer = setInterval(() => {
    look().catch((error: unknown) => logger.warn({ err: asError(error) }, 'Queues could not be counted'));
  }, everyMs);
  timer.unref();
  return { stop: () => clearInterval(timer) };
}
