import type { DeliveryRepository, DeliveryResult } from '@envase/db';
import { failpoint } from '@envase/runtime';

export interface Recorder {
  add(result: DeliveryResult): void;
  /** Writes what is left; rejects when any write failed. */
  flush(): Promise<void>;
}

const batchSize = 20;
const batchMs = 50;

/**
 * Writes results in small bulk writes while more are being sent, so that a kill costs at most a few repeats. Each is fenced
 * by the attempt count it was read with.
 */
export function createRecorder(deliveries: DeliveryRepository): Recorder {
  let waiting: DeliveryResult[] = [];
  let timer: NodeJS.Timeout | undefined;
  const writes: Promise<void>[] = [];
  const write = () => {
    clearTimeout(timer);
    timer = undefined;
    if (waiting.length === 0) return;
    const results = waiting;
    waiting = [];
    const written = writeAll(deliveries, results);
    // Handled in `flush`; marked here so that an early failure is not taken for an unhandled one.
    written.catch(() => undefined);
    writes.push(written);
  };
  return {
    add(result) {
      waiting.push(result);
      if (waiting.length >= batchSize) write();
      else timer ??= setTimeout(write, batchMs);
    },
    async flush() {
      write();
      await Promise.all(writes.splice(0));
    },
  };
}

async function writeAll(deliveries: DeliveryRepository, results: readonly DeliveryResult[]): Promise<void> {
  await failpoint('C10');
  await deliveries.record(results);
}
