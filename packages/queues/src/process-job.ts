import type { Logger } from '@envase/runtime';
import { type Job, RateLimitError, UnrecoverableError, WaitingError } from 'bullmq';
import type { Activity } from './activity.ts';
import { toBoardError } from './board-error.ts';
import { checkJob, type JobData, type JobName, type QueueDefinition } from './define-queue.ts';
import type { GuardJob } from './suspects.ts';

/** What a processor knows about its run besides the data. */
export interface JobContext {
  /** Aborted when the worker stops before the run ended; a run that then throws goes back to the queue. */
  signal: AbortSignal;
  jobId: string;
  /** How often this job was started before without an end: its worker died or lost it. */
  startsBefore: number;
  /** With `queue`, `job` and `jobId`. */
  logger: Logger;
}

/** One processor per job name; leaving one out does not compile. A text it returns is kept as the run's outcome. */
export type Processors<Queue extends QueueDefinition> = {
  readonly [Name in JobName<Queue>]: (data: JobData<Queue, Name>, context: JobContext) => Promise<unknown>;
};

interface ProcessDeps<Queue extends QueueDefinition> {
  queue: Queue;
  processors: Processors<Queue>;
  guard: GuardJob;
  activity: Activity;
  logger: Logger;
}

const MAX_OUTCOME_LENGTH = 100;

/** The function BullMQ calls per job. */
export function createProcessJob<Queue extends QueueDefinition>(deps: ProcessDeps<Queue>) {
  // Three parameters, or BullMQ gives no signal.
  return async (job: Job, token: string | undefined, signal: AbortSignal | undefined) => {
    const context: JobContext = {
      signal: signal ?? new AbortController().signal,
      jobId: job.id ?? '',
      startsBefore: job.stalledCounter,
      logger: deps.logger.child({ job: job.name, jobId: job.id }),
    };
    try {
      return toOutcome(await runJob(deps, job, context));
    } catch (error) {
      if (context.signal.aborted) await giveBack(job, token);
      if (!(error instanceof RateLimitError)) context.logger.error({ err: error }, 'A job failed');
      throw toBoardError(error);
    }
  };
}

async function runJob<Queue extends QueueDefinition>(
  { queue, processors, guard, activity }: ProcessDeps<Queue>,
  job: Job,
  context: JobContext,
): Promise<unknown> {
  // checkJob refuses a name that is not this queue's.
  const name = job.name as JobName<Queue>;
  const checked = checkJob(queue, name, job.data);
  if (!checked.ok) throw new UnrecoverableError(checked.problem);
  return guard(job, checked.data, async () => {
    context.signal.throwIfAborted();
    return activity.track(() => processors[name](checked.data, context));
  });
}

/** Back to the front of the queue: a stop is not the job's failure. */
async function giveBack(job: Job, token: string | undefined): Promise<never> {
  await job.moveToWait(token);
  throw new WaitingError();
}

// Redis keeps what a processor says, so a document returned by mistake must not get there.
function toOutcome(result: unknown): string | undefined {
  return typeof result === 'string' ? result.slice(0, MAX_OUTCOME_LENGTH) : undefined;
}
