import type { ReadPaused, TraceDoc } from '@envase/db';
import { isPaused } from '@envase/domain';
import { type Producer, traceQueue } from '@envase/queues';
import { asError, type Logger } from '@envase/runtime';
import type { Askable } from './askable.ts';

export type RunNow = (traces: readonly TraceDoc[]) => Promise<void>;

/**
 * Queues runs of traces that are due now, ahead of the backlog. A provider whose breaker is open is left to the pump, and so is what
 * an operator has paused, and a hint that was lost: the traces are due in MongoDB.
 */
export function createRunNow(deps: {
  producer: Pick<Producer, 'addLanes'>;
  askable: Pick<Askable, 'ask'>;
  readPaused: ReadPaused;
  logger: Logger;
}): RunNow {
  const { producer, askable, readPaused, logger } = deps;
  return async (traces) => {
    for (const [via, due] of Map.groupBy(traces, (trace) => trace.via)) {
      try {
        // A probe is the pump's to send: one at a time, the most urgent first.
        if ((await askable.ask(via)) !== 'yes') continue;
        const paused = await readPaused();
        const going = due.filter((trace) => !isPaused(trace, paused));
        const together = going.length;
        const lanes = going.map(({ _id }) => ({ laneId: _id, data: { traceId: _id, together }, lifo: true }));
        await producer.addLanes(traceQueue(via), 'trace.run', lanes);
      } catch (error) {
        logger.warn({ err: asError(error), via }, 'Runs were not queued: the pump will');
      }
    }
  };
}
