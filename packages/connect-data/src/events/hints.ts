import type { EventDoc } from '@envase/db';
import { connectEvents, type Producer, traceRequests } from '@envase/queues';
import { asError, createRateLimitedLog, type Logger } from '@envase/runtime';

/** Tells the queues of a durable event; returns at once and never throws. */
export type Hint = (event: Pick<EventDoc, '_id' | 'todo'>) => void;

export interface HintDeps {
  producer: Pick<Producer, 'addLanes'>;
  logger: Logger;
  /** Events that wait for one queue's answer; more are left to the pump. */
  maxWaiting?: number;
}

const logEveryMs = 10_000;

/**
 * Nobody waits for a hint: the event is durable and owed, so queues that are away cost seconds, not the event (quality R8), and a
 * bounded list of ids.
 */
export function createHint({ producer, logger, maxWaiting = 1_000 }: HintDeps): Hint {
  const log = createRateLimitedLog(logger, logEveryMs);
  const onError = (error: unknown, eventIds: readonly string[]) => {
    const { length: events } = eventIds;
    log.warn({ err: asError(error), events, eventId: eventIds[0] }, 'Events were not queued: the pump will');
  };
  const batches = { maxWaiting, onError };
  const addTo = {
    hooks: inBatches((ids) => producer.addLanes(connectEvents, 'event.fan-out', ids.map(toLane)), batches),
    trace: inBatches((ids) => producer.addLanes(traceRequests, 'request.apply', ids.map(toLane)), batches),
  };
  return ({ _id, todo }) => {
    for (const owed of todo) {
      if (addTo[owed](_id)) continue;
      log.warn({ maxWaiting }, 'Queues are too slow: events are left to the pumps');
    }
  };
}

function toLane(eventId: string) {
  return { laneId: eventId, data: { eventId } };
}

/**
 * The first id goes at once; those that come while it is under way go together, which costs a busy process a fraction of one command
 * each. False for what is too many to wait.
 */
function inBatches(
  send: (ids: readonly string[]) => Promise<void>,
  by: { maxWaiting: number; onError: (error: unknown, ids: readonly string[]) => void },
): (id: string) => boolean {
  let waiting: string[] = [];
  let isSending = false;
  const sendWaiting = () => {
    const ids = waiting;
    waiting = [];
    isSending = ids.length > 0;
    if (!isSending) return;
    const failed = (error: unknown) => {
      by.onError(error, ids);
      sendWaiting();
    };
    send(ids).then(sendWaiting, failed);
  };
  return (id) => {
    if (waiting.length >= by.maxWaiting) return false;
    waiting.push(id);
    if (!isSending) sendWaiting();
    return true;
  };
}
