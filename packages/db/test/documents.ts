import { newEventId, newUuid } from '@envase/runtime';
import { buildTraceDoc } from '@envase/testing';
import type {
  ClientDoc,
  DeliveryDoc,
  EventDoc,
  ObservationDoc,
  Tenant,
  TraceDoc,
  WebhookDoc,
} from '../src/index.ts';

/** The time of all test documents, in milliseconds. */
export const START = Date.UTC(2026, 10, 24, 8);

export function at(ms: number): Date {
  return new Date(START + ms);
}

export function tenant(...grants: [orgId: string, svcId: string][]): Tenant {
  return { clientId: 'client-1', grants: grants.map(([orgId, svcId]) => ({ orgId, svcId })) };
}

export function event(changes: Partial<EventDoc> = {}): EventDoc {
  const createdAt = changes.createdAt ?? at(0);
  return {
    _id: newEventId(createdAt.getTime()),
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
    createdAt,
    todo: ['hooks', 'trace'],
    dueAt: at(3_000),
    ...changes,
  };
}

export function webhook(changes: Partial<WebhookDoc> = {}): WebhookDoc {
  const id = newUuid();
  return {
    _id: id,
    clientId: 'client-1',
    url: 'https://tms.example/hook',
    triggers: ['TRACE_RESULT'],
    entityType: 'CONTAINER',
    filters: [],
    orgId: 'org-1',
    svcId: 'svc-1',
    keys: [],
    headers: [],
    description: null,
    ordered: false,
    maxInFlight: 10,
    isTest: false,
    delivery: 'push',
    registration: `registration of ${id}`,
    createdAt: at(0),
    updatedAt: at(0),
    health: {
      status: 'enabled',
      reason: null,
      lastSuccessAt: null,
      lastFailureAt: null,
      failingSince: null,
      consecutiveFailures: 0,
      breakerUntil: null,
    },
    ...changes,
  };
}

export function delivery(changes: Partial<DeliveryDoc> = {}): DeliveryDoc {
  const eventId = changes.eventId ?? newEventId(START);
  const webhookId = changes.webhookId ?? 'hook-1';
  return {
    _id: `${eventId}~${webhookId}`,
    eventId,
    webhookId,
    clientId: 'client-1',
    orgId: 'org-1',
    svcId: 'svc-1',
    action: 'TRACE_RESULT',
    traceId: null,
    sequence: null,
    state: 'pending',
    dueAt: at(0),
    attemptCount: 0,
    attempts: [],
    createdAt: at(0),
    deliveredAt: null,
    ...changes,
  };
}

export function trace(changes: Partial<TraceDoc> = {}): TraceDoc {
  return buildTraceDoc(at(0), changes);
}

export function observation(traceId: string, changes: Partial<ObservationDoc> = {}): ObservationDoc {
  return {
    _id: `${traceId}~${newEventId(START)}`,
    traceId,
    kind: 'answer',
    observedAt: at(0),
    lastAt: at(0),
    times: 1,
    hash: 'hash-1',
    mapperVersion: 'apm@1',
    raw: new Uint8Array([1, 2, 3]),
    normalized: null,
    failure: null,
    forceSeq: 1,
    ...changes,
  };
}

export function client(changes: Partial<ClientDoc> = {}): ClientDoc {
  return {
    _id: newUuid(),
    name: 'A TMS',
    status: 'active',
    scopes: ['connectdata/events'],
    grants: [{ orgId: 'org-1', svcId: '*' }],
    secrets: [{ hash: 'keyed-hash', createdAt: at(0) }],
    createdAt: at(0),
    changedAt: at(0),
    revokedBefore: null,
    ...changes,
  };
}
