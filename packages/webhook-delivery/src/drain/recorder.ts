import { setTimeout as delay } from 'node:timers/promises';
import type { DeliveryRepository, DeliveryResult } from '@envase/db';
import { AppError, failpoint, type Logger } from '@envase/runtime';

export interface Recorder {
  /** Runs an attempt, whose result will be added. */
  during<T>(attempt: () => Promise<T>): Promise<T>;
  /**
   * Resolves when the result is on disk, to false where the fence refused it or one written with it: another worker has a hook of
   * this one too.
   */
  add(result: DeliveryResult): Promise<boolean>;
}

interface RecorderDeps {
  deliveries: Pick<DeliveryRepository, 'record'>;
  logger: Logger;
}

interface Batch {
  results: DeliveryResult[];
  written: Promise<boolean>;
  write: () => void;
}

const batchSize = 50;
const gatherMs = 5;
const tries = 3;
const retryMs = 250;

/**
 * Writes the results of a process in small bulk writes, each fenced by what it was read with: at once when nothing else is under
 * way. Who sends waits for the write, so a kill costs at most what a hook may have in flight, and an ordered hook never hears
 * `n + 1` before `n` is on disk.
 */
export function createRecorder(deps: RecorderDeps): Recorder {
  let underWay = 0;
  let open: Batch | undefined;
  const begin = (): Batch => {
    const { promise, resolve, reject } = Promise.withResolvers<boolean>();
    const batch: Batch = { results: [], written: promise, write };
    const timer = setTimeout(write, gatherMs);
    function write(): void {
      clearTimeout(timer);
      if (open === batch) open = undefined;
      record(batch.results, deps).then(resolve, reject);
    }
    return batch;
  };
  return {
    async during(attempt) {
      underWay += 1;
      try {
        return await attempt();
      } finally {
        underWay -= 1;
      }
    },
    add(result) {
      open ??= begin();
      const batch = open;
      batch.results.push(result);
      if (underWay === 0 || batch.results.length >= batchSize) batch.write();
      return batch.written;
    },
  };
}

async function record(
  results: readonly DeliveryResult[],
  { deliveries, logger }: RecorderDeps,
): Promise<boolean> {
  await failpoint('C10');
  for (let tried = 1; ; tried += 1) {
    try {
      const lost = results.length - (await deliveries.record(results));
      if (lost > 0) logger.info({ lost }, 'Results were recorded before');
      return lost === 0;
    } catch (error) {
      // The fence makes a repeated write harmless, and a result that is not written costs the receiver a repeat.
      if (!(error instanceof AppError) || error.code !== 'unavailable' || tried === tries) throw error;
      await delay(retryMs * tried);
    }
  }
}
