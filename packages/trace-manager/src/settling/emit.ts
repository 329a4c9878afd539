import type { StoppedResult, StopReason, TraceErrorResult } from '@envase/contracts';
import type { EventDoc, TraceDoc } from '@envase/db';
import { newEventId } from '@envase/runtime';

/** How long a fresh event is left to the job that was added with it before the pump repairs. */
const fanOutGraceMs = 3_000;

/** Puts an event into the trace's outbox; those that number take the trace's next `sequence`. */
export function emit(
  trace: TraceDoc,
  event: { action: string; payload: object; now: number; isNumbered: boolean },
): TraceDoc {
  const { action, payload, now, isNumbered } = event;
  const sequence = isNumbered ? trace.seq + 1 : null;
  const doc: EventDoc = {
    _id: newEventId(now),
    orgId: trace.orgId,
    svcId: trace.svcId,
    clientId: null,
    type: trace.type,
    action,
    origin: 'trace-manager',
    isTest: trace.isTest,
    payload,
    traceId: isNumbered ? trace._id : null,
    sequence,
    createdAt: new Date(now),
    todo: ['hooks'],
    dueAt: new Date(now + fanOutGraceMs),
  };
  return {
    ...trace,
    seq: sequence ?? trace.seq,
    outbox: [...trace.outbox, doc],
    outboxAt: new Date(now),
  };
}

/** Ends tracing and says why (contract s4, s10 `TRACE_STOPPED`). */
export function emitStopped(trace: TraceDoc, stop: { reason: StopReason; now: number }): TraceDoc {
  const { reason, now } = stop;
  const payload: StoppedResult = {
    id: trace.number,
    ...(trace.type === 'BOOKING' ? { bookingNumber: trace.number } : { containerNumber: trace.number }),
    providerId: trace.providerId,
    siteId: trace.siteId,
    reason,
    stoppedAt: new Date(now).toISOString(),
  };
  const ended: TraceDoc = {
    ...trace,
    tracing: false,
    stopReason: reason,
    nextTraceAt: null,
    queuedUntil: null,
  };
  return emit(ended, { action: 'TRACE_STOPPED', payload, now, isNumbered: true });
}

/** Tells the organization that an attempt failed, once for all its boxes (contract s4, `TRACE_ERROR`). */
export function emitError(trace: TraceDoc, error: { payload: TraceErrorResult; now: number }): TraceDoc {
  return emit(trace, { action: 'TRACE_ERROR', payload: error.payload, now: error.now, isNumbered: false });
}
