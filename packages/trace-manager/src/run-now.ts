import type { TraceDoc } from '@envase/db';
import { type Producer, traceQueue } from '@envase/queues';
import { asError, type Logger } from '@envase/runtime';
import type { Askable } from './askable.ts';

export type RunNow = (traces: readonly TraceDoc[]) => Promise<void>;

/**
 * Queues runs of traces that are due now, ahead of the backlog. A provider whose breaker is open is left to the pump, and so is a
 * hint that was lost: the traces are due in MongoDB.
 */
export function createRunNow(deps: {
  producer: Pick<Producer, 'addLanes'>;
  askable: Pick<Askable, 'ask'>;
  logger: Logger;
}): RunNow {
  const { producer, askable, logger } = deps;
  return async (traces) => {
    for (const [via, due] of Map.groupBy(traces, (trace) => trace.via)) {
      const together = due.length;
      const lanes = due.map(({ _id }) => ({ laneId: _id, data: { traceId: _id, together }, lifo: true }));
      try {
        // A probe is the pump's to send: one at a time, the most urgent first.
        if ((await askable.ask(via)) !== 'yes') continue;
        await producer.addLanes(traceQueue(via), 'trace.run', lanes);
      } catch (error) {
        logger.warn({ err: asError(error), via }, 'Runs were not queued: the pump will');
      }
    }
  };
}
