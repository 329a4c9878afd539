import type { EventRepository, TraceDoc, TraceRepository } from '@envase/db';
import { connectEvents, type Producer } from '@envase/queues';
import { asError, failpoint, type Logger } from '@envase/runtime';

export interface OutboxDeps {
  events: EventRepository;
  traces: TraceRepository;
  producer: Producer;
  logger: Logger;
}

export type DeliverOutbox = (trace: TraceDoc) => Promise<void>;

/**
 * Moves finished events from a trace's outbox into the log, in order and idempotent by id, then empties the outbox:
 * `sequence` has no gap without a transaction. Fan-out jobs are a hint; the pump repairs a lost one.
 */
export function createDeliverOutbox({ events, traces, producer, logger }: OutboxDeps): DeliverOutbox {
  return async (trace) => {
    if (trace.outbox.length === 0) return;
    await failpoint('outbox.before-insert');
    await events.insertResults(trace.outbox);
    await failpoint('outbox.after-insert');
    const ids = trace.outbox.map((event) => event._id);
    const lanes = ids.map((eventId) => ({ laneId: eventId, data: { eventId } }));
    await producer.addLanes(connectEvents, 'event.fan-out', lanes).catch((error: unknown) => {
      logger.warn({ err: asError(error), traceId: trace._id }, 'Fan-out was not queued: the pump will');
    });
    await traces.clearOutbox(trace._id, ids);
  };
}
