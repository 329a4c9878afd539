import { createRateLimitedLog, type Logger, repeatTask } from '@envase/runtime';
import type { JobData, JobName, QueueDefinition } from './define-queue.ts';
import { createLaneWorker, type LaneWorker } from './lane-worker.ts';
import type { LaneItem, Producer } from './producer.ts';
import { pumpJob, pumpQueue } from './queues.ts';
import { LOG_EVERY_MS, type Redis } from './redis.ts';

export interface PumpOptions<Queue extends QueueDefinition, Name extends JobName<Queue>> {
  queue: Queue;
  jobName: Name;
  /** What is owed and not queued, most urgent first, at most `limit`. */
  due: (limit: number) => Promise<readonly LaneItem<JobData<Queue, Name>>[]>;
  /** Told what was queued, so that `due` leaves it out until the lease ends. */
  leased?: (items: readonly LaneItem<JobData<Queue, Name>>[]) => Promise<void>;
  /** Most waiting jobs of the queue (500); what does not fit waits in MongoDB, in order. */
  room?: number;
  /** Between ticks, 1 s unless given. */
  everyMs?: number;
  /** Between two looks after the scheduler, which a flush deletes; 10 s unless given. */
  heartbeatMs?: number;
  producer: Producer;
  /** Of role `worker`. */
  redis: Redis;
  logger: Logger;
  prefix?: string | undefined;
}

export interface Pump {
  /** Starts ticking, at once where no other instance does. While Redis is away it waits. */
  run(): void;
  /** One tick by hand: how many it queued. */
  tick(): Promise<number>;
  /** Restores the scheduler now; for `onFlush` of `watchEpoch`. */
  revive(): Promise<void>;
  close(timeoutMs?: number): Promise<void>;
}

/**
 * Adds what is due and not queued: it repairs lost adds and wakes what became due by time. One tick per `everyMs` for
 * all instances together, on whichever takes it; a tick that runs twice changes nothing. A tick that throws is logged,
 * fails visibly on queue `pumps-<queue>`, and the next one comes.
 */
export function createPump<Queue extends QueueDefinition, Name extends JobName<Queue>>(
  options: PumpOptions<Queue, Name>,
): Pump {
  const { queue, producer, everyMs = 1_000, heartbeatMs = 10_000 } = options;
  const logger = options.logger.child({ pump: queue.name });
  const log = createRateLimitedLog(logger, LOG_EVERY_MS);
  const tick = () => runTick(options);
  const revive = () => producer.repeat(pumpQueue(queue), pumpJob(queue), everyMs);
  const worker = createPumpWorker(options, tick);
  let heart: { stop(): Promise<void> } | undefined;
  return {
    tick,
    revive,
    run() {
      worker.run();
      heart ??= repeatTask({
        everyMs: heartbeatMs,
        retryMs: Math.min(1_000, heartbeatMs),
        task: revive,
        onError: (err) => log.warn({ err }, 'A pump could not be scheduled'),
      });
    },
    async close(timeoutMs) {
      await heart?.stop();
      await worker.close(timeoutMs);
    },
  };
}

async function runTick<Queue extends QueueDefinition, Name extends JobName<Queue>>(
  options: PumpOptions<Queue, Name>,
): Promise<number> {
  const { queue, jobName, producer, room = 500 } = options;
  const counts = await producer.counts(queue);
  const limit = room - counts.waiting - counts.prioritized;
  if (limit <= 0) return 0;
  const items = await options.due(limit);
  if (items.length === 0) return 0;
  await producer.addLanes(queue, jobName, items);
  // After the add: a crash in between repeats an add that changes nothing, the other order would lose work.
  await options.leased?.(items);
  return items.length;
}

// A queue per pump: a queue shared by programs would hand a program the jobs of another's pump.
function createPumpWorker(
  options: PumpOptions<QueueDefinition, string>,
  tick: () => Promise<number>,
): LaneWorker {
  const { queue, redis, prefix, logger } = options;
  const processors = { [pumpJob(queue)]: async () => `${await tick()} queued` };
  const keep = { completed: 10, failed: 100 };
  return createLaneWorker(pumpQueue(queue), processors, { redis, prefix, logger, concurrency: 1, keep });
}
