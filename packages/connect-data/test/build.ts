import { deflateRawSync } from 'node:zlib';
import type { DeliveryDoc, EventDoc, ObservationDoc, TraceDoc } from '@envase/db';
import { notFound, traceKey } from '@envase/domain';
import { hashId, newEventId } from '@envase/runtime';
import { buildTraceDoc } from '@envase/testing';
import type { TestApi } from './start-test-api.ts';

/** Two boxes with right check digits. */
export const box = 'MSCU1234566';
export const otherBox = 'TCLU1234568';

/** A publish of one box at a terminal. */
export function containerEvent(changes: { payload?: object } & Record<string, unknown> = {}) {
  const { payload, ...rest } = changes;
  return {
    orgId: 'org-a',
    svcId: 'svc-1',
    type: 'CONTAINER',
    action: 'TRACE_REQUESTED',
    ...rest,
    payload: { providerId: 'apm', siteId: 'USLAX', containers: [{ id: box }], ...payload },
  };
}

/** An event of the client's own, which passes through. */
export function gateEvent(changes: Record<string, unknown> = {}) {
  return {
    orgId: 'org-a',
    svcId: 'svc-1',
    type: 'GATE',
    action: 'INTERCHANGE_PROCESSED',
    payload: { gate: 7 },
    ...changes,
  };
}

/** A web-hook that hears what `gateEvent` publishes. */
export function gateHook(changes: Record<string, unknown> = {}) {
  return {
    url: 'https://tms.example/hook',
    triggers: ['INTERCHANGE_PROCESSED'],
    entityType: 'GATE',
    ...changes,
  };
}

/** A trace as the Trace Manager stores it, with the id that its key gives. */
function buildTrace(changes: Partial<TraceDoc> = {}): TraceDoc {
  const trace = buildTraceDoc(new Date(), { orgId: 'org-a', number: box, siteId: 'USLAX', ...changes });
  return { ...trace, _id: changes._id ?? hashId(...traceKey(trace)) };
}

/** Stores a trace and answers with it. */
export async function addTrace(
  { db }: Pick<TestApi, 'db'>,
  changes: Partial<TraceDoc> = {},
): Promise<TraceDoc> {
  const trace = buildTrace(changes);
  await db.repositories.traces.swap([{ expectedRev: null, trace }]);
  return trace;
}

/** Stores what a trace told as the Trace Manager does: a result, unless told otherwise. */
export async function addResult(
  { db }: Pick<TestApi, 'db'>,
  trace: Pick<TraceDoc, '_id' | 'orgId' | 'svcId'>,
  changes: Partial<EventDoc> & Pick<EventDoc, 'sequence'>,
): Promise<EventDoc> {
  const createdAt = changes.createdAt ?? new Date();
  const event: EventDoc = {
    _id: newEventId(createdAt.getTime()),
    orgId: trace.orgId,
    svcId: trace.svcId,
    clientId: null,
    type: 'CONTAINER',
    action: 'TRACE_RESULT',
    origin: 'trace-manager',
    isTest: false,
    payload: { status: 'discharged', changes: [] },
    traceId: trace._id,
    createdAt,
    todo: [],
    ...changes,
  };
  await db.repositories.events.insertResults([event]);
  return event;
}

/** Stores what a provider said of a trace's box: an answer with this slice, unless told otherwise. */
export async function addObservation(
  { db }: Pick<TestApi, 'db'>,
  traceId: string,
  { slice, at = new Date(), ...changes }: { slice?: unknown; at?: Date } & Partial<ObservationDoc> = {},
): Promise<ObservationDoc> {
  const raw = JSON.stringify(slice ?? null);
  const observation: ObservationDoc = {
    _id: `${traceId}~${newEventId(at.getTime())}`,
    traceId,
    kind: 'answer',
    observedAt: at,
    lastAt: at,
    times: 1,
    hash: hashId(raw),
    mapperVersion: '1',
    raw: deflateRawSync(raw),
    normalized: notFound(at.toISOString()),
    failure: null,
    forceSeq: 1,
    ...changes,
  };
  await db.repositories.observations.record([observation]);
  return observation;
}

/** Stores a delivery to a hook and answers with it. */
export async function addDelivery(
  { db }: Pick<TestApi, 'db'>,
  hook: { webhookId: string; clientId: string },
  changes: Partial<DeliveryDoc> = {},
): Promise<DeliveryDoc> {
  const eventId = newEventId();
  const delivery: DeliveryDoc = {
    _id: `${eventId}~${hook.webhookId}`,
    eventId,
    ...hook,
    orgId: 'org-a',
    svcId: 'svc-1',
    action: 'INTERCHANGE_PROCESSED',
    traceId: null,
    sequence: null,
    state: 'pending',
    dueAt: new Date(),
    attemptCount: 0,
    attempts: [],
    createdAt: new Date(),
    deliveredAt: null,
    ...changes,
  };
  await db.repositories.deliveries.insertMissing([delivery]);
  return delivery;
}
