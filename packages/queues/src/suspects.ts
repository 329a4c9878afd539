import { asError, type Logger } from '@envase/runtime';
import { type Job, UnrecoverableError } from 'bullmq';
import type { SoloGate } from './solo-gate.ts';

/** A job that was started without an end before, and may be what killed its worker. */
export interface SuspectJob<Data> {
  queue: string;
  jobName: string;
  jobId: string;
  data: Data;
  /** How often it was started without an end. */
  starts: number;
}

export interface SuspectHooks<Data> {
  /** Told before a suspect runs alone. */
  onSuspect?: (job: SuspectJob<Data>) => Promise<void> | void;
  /** Told before a job that died alone fails as quarantined; the place to record it, or the pump brings it back. */
  quarantine?: (job: SuspectJob<Data>) => Promise<void> | void;
}

interface SuspectDeps {
  gate: SoloGate;
  logger: Logger;
  hooks: SuspectHooks<unknown>;
}

/** Runs one job's work, and knows from its record what became of earlier starts. */
export type GuardJob = <T>(job: Job, data: unknown, work: () => Promise<T>) => Promise<T>;

const SUSPECT_AFTER_STARTS = 2;
// Kept in the job's own record, so it is there for the next worker, goes with the job and shows on the board.
const RUNS_ALONE = 'runs alone';

/**
 * Quality R11. A job started twice without an end is suspect and runs alone in its process; if that start has no end
 * either it was the job itself: it is quarantined and fails as unrecoverable. Who merely stood beside it runs on.
 */
export function createSuspects({ gate, logger, hooks }: SuspectDeps): GuardJob {
  async function quarantine(suspect: SuspectJob<unknown>): Promise<never> {
    logger.error(facts(suspect), 'A job died alone and was quarantined');
    await hooks.quarantine?.(suspect);
    throw new UnrecoverableError(
      `quarantined: started ${suspect.starts} times without an end, the last alone`,
    );
  }

  async function mark(job: Job, progress: string): Promise<void> {
    try {
      await job.updateProgress(progress);
    } catch (err) {
      // The record is gone (a flush): there is nothing left to mark and the run itself is not at fault.
      logger.warn({ err: asError(err), jobId: job.id }, 'A suspect job could not be marked');
    }
  }

  return async (job, data, work) => {
    const starts = job.stalledCounter;
    if (starts < SUSPECT_AFTER_STARTS) return gate.share(work);
    const suspect = { queue: job.queueName, jobName: job.name, jobId: job.id ?? '', data, starts };
    if (job.progress === RUNS_ALONE) return quarantine(suspect);
    logger.warn(facts(suspect), 'A job was started twice without an end and runs alone');
    await hooks.onSuspect?.(suspect);
    return gate.alone(async () => {
      await mark(job, RUNS_ALONE);
      try {
        return await work();
      } finally {
        await mark(job, '');
      }
    });
  };
}

function facts({ queue, jobName, jobId, starts }: SuspectJob<unknown>): object {
  return { queue, job: jobName, jobId, starts };
}
