import { AppError } from '@envase/runtime';
import type { Queue } from 'bullmq';
import { checkJob, type JobData, type JobName, type QueueDefinition } from './define-queue.ts';
import { createQueueCache, type OpenQueueOptions } from './open-queue.ts';
import { jobId } from './queues.ts';
import { reached } from './reached.ts';

/** 0 (or none) runs before 1, 1 before 2, 2 before 3. */
export type LanePriority = 0 | 1 | 2 | 3;

export interface LaneItem<Data> {
  /** Id of the one thing the job is about; it has at most one run at a time. */
  laneId: string;
  data: Data;
  /** To the front of the queue. Says nothing beside a priority above 0. */
  lifo?: boolean | undefined;
  priority?: LanePriority | undefined;
}

/** Jobs per state; `completed` and `failed` count those still kept. */
export interface QueueCounts {
  waiting: number;
  prioritized: number;
  active: number;
  delayed: number;
  completed: number;
  failed: number;
}

/** Every method rejects with AppError `unavailable`, within a second, while Redis is away. */
export interface Producer {
  /**
   * Makes sure the lane runs once more from now on: nothing to do while its job waits, one follow-up while it runs.
   * AppError `internal` for data its schema refuses.
   */
  addLane<Q extends QueueDefinition, Name extends JobName<Q>>(
    queue: Q,
    jobName: Name,
    item: LaneItem<JobData<Q, Name>>,
  ): Promise<void>;
  /** Many at once. Not atomic: after a rejection some may be queued, and adding all again is harmless. */
  addLanes<Q extends QueueDefinition, Name extends JobName<Q>>(
    queue: Q,
    jobName: Name,
    items: readonly LaneItem<JobData<Q, Name>>[],
  ): Promise<void>;
  /** Has a job without data added every `everyMs`, once for all who ask; asking again restores what a flush took. */
  repeat(queue: QueueDefinition, jobName: string, everyMs: number): Promise<void>;
  counts(queue: QueueDefinition): Promise<QueueCounts>;
  /** Leaves the connection open. */
  close(): Promise<void>;
}

const CHUNK = 250;

/** Adds jobs; one per connection. */
export function createProducer(options: OpenQueueOptions): Producer {
  const cache = createQueueCache(options);

  async function ask<T>(queue: QueueDefinition, question: (target: Queue) => Promise<T>): Promise<T> {
    // A command would wait for the first connection, so it is not even tried before.
    if (options.redis.status !== 'ready') throw new AppError('unavailable', 'Redis is not reachable');
    return reached(() => question(cache.open(queue.name)));
  }

  const producer: Producer = {
    addLane: (queue, jobName, item) => producer.addLanes(queue, jobName, [item]),
    async addLanes(queue, jobName, items) {
      const jobs = items.map((item) => toJob(queue, jobName, item));
      for (let from = 0; from < jobs.length; from += CHUNK) {
        await ask(queue, (target) => addJobs(target, jobs.slice(from, from + CHUNK)));
      }
    },
    async repeat(queue, jobName, everyMs) {
      await ask(queue, (target) =>
        target.upsertJobScheduler(jobName, { every: everyMs }, { name: jobName, data: {} }),
      );
    },
    counts: (queue) => ask(queue, readCounts),
    close: () => cache.close(),
  };
  return producer;
}

/** One job alone costs half of what it costs as a list of one, which makes a pipeline. */
async function addJobs(target: Queue, jobs: readonly ReturnType<typeof toJob>[]): Promise<void> {
  const [only] = jobs;
  if (only && jobs.length === 1) await target.add(only.name, only.data, only.opts);
  else await target.addBulk([...jobs]);
}

/** Counts of one queue, in one question. */
export async function readCounts(queue: Queue): Promise<QueueCounts> {
  const counts = await queue.getJobCounts();
  const of = (state: keyof QueueCounts) => counts[state] ?? 0;
  return {
    waiting: of('waiting'),
    prioritized: of('prioritized'),
    active: of('active'),
    delayed: of('delayed'),
    completed: of('completed'),
    failed: of('failed'),
  };
}

/** Never a jobId (a kept finished job would swallow the next add) and never a delay (it would swallow urgent adds). */
function toJob(queue: QueueDefinition, name: string, item: LaneItem<unknown>) {
  const checked = checkJob(queue, name, item.data);
  if (!checked.ok) throw new AppError('internal', checked.problem);
  if (!jobId.safeParse(item.laneId).success) {
    throw new AppError('internal', `A lane of ${queue.name} needs a short id of visible characters`);
  }
  // Each option costs bytes in every job, so what is not needed is not there.
  const opts = {
    deduplication: { id: item.laneId, keepLastIfActive: true },
    ...(item.lifo && { lifo: true }),
    ...(item.priority && { priority: item.priority }),
    ...(queue.attempts && { attempts: queue.attempts }),
    ...(queue.backoff && { backoff: { type: queue.backoff.type, delay: queue.backoff.delayMs } }),
  };
  return { name, data: checked.data, opts };
}
