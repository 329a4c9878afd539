import { once } from 'node:events';
import { setTimeout as wait } from 'node:timers/promises';
import { createLogger } from '@envase/runtime';
import { connectRedis, createLaneWorker } from '../src/index.ts';
import { parcels } from './harness.ts';

/** What the test that forks this process tells it. */
export interface WorkerOrders {
  url: string;
  prefix: string;
  timing?: { lockMs: number; stallCheckMs: number };
}

/** What this process tells the test. */
export type WorkerReport = { started: string } | { ended: string } | { quarantined: string };

// The argument was written by the test from a value of this type.
const orders = JSON.parse(process.argv[2] ?? '{}') as WorkerOrders;
const logger = createLogger({ program: 'worker-process', level: 'silent' });
const redis = connectRedis({ url: orders.url, role: 'worker', logger });

const released = once(process, 'message');

/** A report that has left the process, so that dying right after loses nothing. */
function report(message: WorkerReport): Promise<void> {
  return new Promise((resolve) => process.send?.(message, undefined, undefined, () => resolve()));
}

const worker = createLaneWorker(
  parcels,
  {
    'parcel.send': async ({ parcelId }) => {
      await report({ started: parcelId });
      if (parcelId.startsWith('killer')) process.kill(process.pid, 'SIGKILL');
      if (parcelId.startsWith('hanging')) await new Promise(() => undefined);
      if (parcelId.startsWith('held')) await released;
      await wait(parcelId.startsWith('slow') ? 400 : 0);
      await report({ ended: parcelId });
    },
  },
  {
    redis,
    logger,
    prefix: orders.prefix,
    concurrency: 5,
    ...(orders.timing && { timing: orders.timing }),
    quarantine: ({ data }) => report({ quarantined: data.parcelId }),
  },
);
worker.run();
