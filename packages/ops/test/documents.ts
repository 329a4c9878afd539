import type { DeliveryDoc, EventDoc, TraceDoc } from '@envase/db';
import { newEventId } from '@envase/runtime';
import { buildTraceDoc } from '@envase/testing';

/** An event made at `madeAt` that owes both its fan-out and its trace since then. */
export function owingEvent(madeAt: Date): EventDoc {
  return {
    _id: newEventId(madeAt.getTime()),
    orgId: 'org-1',
    svcId: 'svc-1',
    clientId: 'client-1',
    type: 'GATE',
    action: 'INTERCHANGE_PROCESSED',
    origin: 'connect-data',
    isTest: false,
    payload: '{"id":"1"}',
    traceId: null,
    sequence: null,
    createdAt: madeAt,
    todo: ['hooks', 'trace'],
    dueAt: madeAt,
  };
}

export function dueDelivery(dueAt: Date): DeliveryDoc {
  const eventId = newEventId(dueAt.getTime());
  return {
    _id: `${eventId}~hook-1`,
    eventId,
    webhookId: 'hook-1',
    clientId: 'client-1',
    orgId: 'org-1',
    svcId: 'svc-1',
    action: 'TRACE_RESULT',
    traceId: null,
    sequence: null,
    state: 'pending',
    dueAt,
    attemptCount: 0,
    attempts: [],
    createdAt: dueAt,
    deliveredAt: null,
  };
}

export function dueTrace(nextTraceAt: Date): TraceDoc {
  return buildTraceDoc(nextTraceAt);
}
