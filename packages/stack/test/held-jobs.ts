import { connectRedis, openQueues } from '@envase/queues';
import type { Logger } from '@envase/runtime';
import { waitFor } from '@envase/testing';

/** Looks at the jobs of a running stack whose boxes are all traced at `apm`. */
export function watchJobs(redisUrl: string, logger: Logger) {
  const redis = connectRedis({ url: redisUrl, role: 'worker', logger });
  const { queues, close } = openQueues(['apm'], { redis, logger });
  return {
    /** Jobs that some program holds now; those of a program that is dead were its last. */
    async held(): Promise<HeldJob[]> {
      const active = await Promise.all(queues.map((queue) => queue.getActive()));
      return active.flat().map(({ queueName, id = '', processedOn = 0 }) => ({ queueName, id, processedOn }));
    },
    /** Resolves when each of them ended or was begun anew. */
    async haveResumed(jobs: readonly HeldJob[], timeoutMs: number): Promise<void> {
      await waitFor(
        async () => {
          const looks = await Promise.all(jobs.map((job) => look(job)));
          return looks.every((isOver) => isOver);
        },
        { what: `${jobs.length} jobs to be resumed`, timeoutMs, everyMs: 100 },
      );
    },
    async close(): Promise<void> {
      await close();
      redis.disconnect();
    },
  };

  async function look({ queueName, id, processedOn }: HeldJob): Promise<boolean> {
    const job = await queues.find(({ name }) => name === queueName)?.getJob(id);
    return !job?.processedOn || job.finishedOn !== undefined || job.processedOn > processedOn;
  }
}

export interface HeldJob {
  queueName: string;
  id: string;
  /** When it was begun. */
  processedOn: number;
}
