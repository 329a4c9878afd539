import type { EventDoc } from '@envase/db';
import { connectEvents, type Producer, traceRequests } from '@envase/queues';
import { asError, createRateLimitedLog, type Logger } from '@envase/runtime';

/** Tells the queues of a durable event; returns at once and never throws. */
export type Hint = (event: Pick<EventDoc, '_id' | 'todo'>) => void;

export interface HintDeps {
  producer: Pick<Producer, 'addLane'>;
  logger: Logger;
  /** Hints under way at once; more are left to the pump. */
  maxPending?: number;
}

const logEveryMs = 10_000;

/**
 * Nobody waits for a hint: the event is durable and owed, so queues that are away cost seconds, not the event (quality R8), and a
 * bounded number of promises.
 */
export function createHint({ producer, logger, maxPending = 1_000 }: HintDeps): Hint {
  const log = createRateLimitedLog(logger, logEveryMs);
  let pending = 0;
  return ({ _id, todo }) => {
    if (pending >= maxPending) {
      log.warn({ pending }, 'Queues are too slow: events are left to the pumps');
      return;
    }
    pending += 1;
    const lane = { laneId: _id, data: { eventId: _id } };
    const adds = [
      ...(todo.includes('hooks') ? [producer.addLane(connectEvents, 'event.fan-out', lane)] : []),
      ...(todo.includes('trace') ? [producer.addLane(traceRequests, 'request.apply', lane)] : []),
    ];
    const done = () => {
      pending -= 1;
    };
    const failed = (error: unknown) => {
      pending -= 1;
      log.warn({ err: asError(error), eventId: _id }, 'An event was not queued: the pump will');
    };
    Promise.all(adds).then(done, failed);
  };
}
