import { createRateLimitedLog, type Logger } from '@envase/runtime';
import { Worker, type WorkerOptions } from 'bullmq';
import { createActivity } from './activity.ts';
import { closeWorker } from './close-worker.ts';
import type { JobData, JobName, QueueDefinition } from './define-queue.ts';
import { DEFAULT_PREFIX } from './prefix.ts';
import { createProcessJob, type Processors } from './process-job.ts';
import { LOG_EVERY_MS, type Redis } from './redis.ts';
import { createSoloGate, type SoloGate } from './solo-gate.ts';
import { createSuspects, type SuspectHooks } from './suspects.ts';

export interface LaneWorkerSettings {
  /** Of role `worker`. All workers of a process may share it; each adds one blocking connection of its own. */
  redis: Redis;
  logger: Logger;
  prefix?: string | undefined;
  /** Jobs at once in this process. */
  concurrency: number;
  /** Starts per window, over all workers of the queue; `rateLimit` needs it. */
  limiter?: { max: number; durationMs: number } | undefined;
  /** The process's gate: give the same one to each of its workers, or a suspect is alone only in its own queue. */
  gate?: SoloGate | undefined;
  /** Finished jobs kept for the board: 200 and 2000 unless given. */
  keep?: { completed: number; failed: number };
  /** Lock and stall check: 5 s and 1.25 s unless given. A job is given back by the second check after its lock ended, so the pair keeps R2's 10 s with room. */
  timing?: { lockMs: number; stallCheckMs: number };
}

export type LaneWorkerOptions<Queue extends QueueDefinition> = LaneWorkerSettings &
  SuspectHooks<JobData<Queue, JobName<Queue>>>;

export interface LaneWorker {
  /** Starts taking jobs; while Redis is away it waits. A worker does not start by itself. */
  run(): void;
  /** Takes no more jobs in this process; resolves when the running ones have ended. */
  pause(): Promise<void>;
  resume(): Promise<void>;
  /** Lets jobs end for `timeoutMs` (20 s), then aborts their signals; a run that then throws goes back to the queue. */
  close(timeoutMs?: number): Promise<void>;
  isRunning(): boolean;
  /** No worker of this queue starts a job for `ms`; the job that found out throws `RateLimitError`. Needs `limiter`. */
  rateLimit(ms: number): Promise<void>;
}

// A worker's death is never its job's failure (R2): suspects.ts finds the job that kills.
const MAX_STALLED_COUNT = 1_000_000_000;

/** Runs a queue's jobs: data parsed, failures kept on the board, jobs that kill their worker found (R2, R11). */
export function createLaneWorker<Queue extends QueueDefinition>(
  queue: Queue,
  processors: Processors<Queue>,
  options: LaneWorkerOptions<Queue>,
): LaneWorker {
  const logger = options.logger.child({ queue: queue.name });
  // A hook is told only data that this queue's schemas have parsed.
  const hooks = options as SuspectHooks<unknown>;
  const guard = createSuspects({ gate: options.gate ?? createSoloGate(), logger, hooks });
  const activity = createActivity();
  const processJob = createProcessJob({ queue, processors, guard, activity, logger });
  const worker = new Worker(queue.name, processJob, toWorkerOptions(options));
  listen(worker, logger);
  return {
    run() {
      worker.run().catch((err: unknown) => logger.error({ err }, 'A queue worker stopped'));
    },
    pause: () => worker.pause(),
    resume: () => worker.resume(),
    close: (timeoutMs = 20_000) => closeWorker({ worker, redis: options.redis, activity, logger }, timeoutMs),
    isRunning: () => worker.isRunning() && !worker.isPaused(),
    async rateLimit(ms) {
      if (!options.limiter) throw new RangeError('rateLimit needs a worker with a limiter');
      await worker.rateLimit(ms);
    },
  };
}

function toWorkerOptions(options: LaneWorkerSettings): WorkerOptions {
  const { limiter, keep = { completed: 200, failed: 2_000 } } = options;
  const { lockMs, stallCheckMs } = options.timing ?? { lockMs: 5_000, stallCheckMs: 1_250 };
  return {
    connection: options.redis,
    prefix: options.prefix ?? DEFAULT_PREFIX,
    concurrency: options.concurrency,
    autorun: false,
    lockDuration: lockMs,
    stalledInterval: stallCheckMs,
    maxStalledCount: MAX_STALLED_COUNT,
    runRetryDelay: 1_000,
    removeOnComplete: { count: keep.completed },
    removeOnFail: { count: keep.failed },
    ...(limiter && { limiter: { max: limiter.max, duration: limiter.durationMs } }),
  };
}

function listen(worker: Worker, logger: Logger): void {
  const log = createRateLimitedLog(logger, LOG_EVERY_MS);
  // At maxmemory a worker emits thousands of errors a second.
  worker.on('error', (err) => log.error({ err }, 'A queue worker had an error'));
  worker.on('stalled', (jobId) =>
    log.warn({ jobId }, 'A job was started without an end and is queued again'),
  );
}
