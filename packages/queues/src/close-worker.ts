import type { Logger } from '@envase/runtime';
import type { Worker } from 'bullmq';
import type { Activity } from './activity.ts';
import { endsWithin } from './ends-within.ts';
import type { Redis } from './redis.ts';

interface CloseDeps {
  worker: Worker;
  redis: Redis;
  activity: Activity;
  logger: Logger;
}

const CANCEL_GRACE_MS = 3_000;

/** Lets jobs end for `timeoutMs`, aborts the signals of the others, and leaves to the stall check what ignores that. */
export async function closeWorker(deps: CloseDeps, timeoutMs: number): Promise<void> {
  if (deps.redis.status !== 'ready') return closeWithoutRedis(deps, timeoutMs);
  await endOrCancel(deps, { ended: deps.worker.close(), timeoutMs });
}

/** A graceful close waits for answers of Redis; here only the processors are waited for, their jobs will stall. */
async function closeWithoutRedis(deps: CloseDeps, timeoutMs: number): Promise<void> {
  await deps.worker.pause(true);
  await endOrCancel(deps, { ended: deps.activity.idle(), timeoutMs });
  await deps.worker.close(true);
}

async function endOrCancel(
  { worker, logger }: CloseDeps,
  { ended, timeoutMs }: { ended: Promise<void>; timeoutMs: number },
): Promise<void> {
  if (await endsWithin(ended, timeoutMs)) return;
  logger.warn({ timeoutMs }, 'Jobs did not end in time and are cancelled');
  worker.cancelAllJobs('The worker stops');
  if (await endsWithin(ended, CANCEL_GRACE_MS)) return;
  logger.error('Jobs did not heed their signal and are left to the stall check');
}
