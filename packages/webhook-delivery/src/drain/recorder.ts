import { setTimeout as delay } from 'node:timers/promises';
import type { DeliveryRepository, DeliveryResult } from '@envase/db';
import { AppError, failpoint, type Logger } from '@envase/runtime';

export interface Recorder {
  /**
   * Resolves when the result is on disk, to false where the fence refused it or one written with it: another worker has the hook
   * too. `isLast`: nothing else is under way, so there is nothing to wait for.
   */
  add(result: DeliveryResult, isLast: boolean): Promise<boolean>;
}

interface Batch {
  results: DeliveryResult[];
  written: Promise<boolean>;
  write: () => void;
}

const batchSize = 20;
const gatherMs = 5;
const tries = 3;
const retryMs = 250;

/**
 * Writes results in small bulk writes, each fenced by the attempt count it was read with. Who sends waits for the write, so a kill
 * costs at most what a hook may have in flight, and an ordered hook never hears `n + 1` before `n` is on disk.
 */
export function createRecorder(deps: {
  deliveries: Pick<DeliveryRepository, 'record'>;
  logger: Logger;
}): Recorder {
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
    add(result, isLast) {
      open ??= begin();
      const batch = open;
      batch.results.push(result);
      if (isLast || batch.results.length >= batchSize) batch.write();
      return batch.written;
    },
  };
}

async function record(
  results: readonly DeliveryResult[],
  { deliveries, logger }: { deliveries: Pick<DeliveryRepository, 'record'>; logger: Logger },
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
