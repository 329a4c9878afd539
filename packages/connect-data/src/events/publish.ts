import { createHash } from 'node:crypto';
import { type PublishItem, type PublishRequest, parsePublish } from '@envase/contracts';
import { type EventDoc, type EventRepository, renderStoredEvent, type Tenant, type TraceRepository } from '@envase/db';
import { connectEvents, type Producer, traceRequests } from '@envase/queues';
import { AppError, asError, type Clock, failpoint, hashId, type Logger, newEventId } from '@envase/runtime';
import { judgeOrder } from './judge-order.ts';
import { placeOrder } from './place-order.ts';
import { type Owner, resolveOwner } from './resolve-owner.ts';

export interface PublishDeps {
  events: EventRepository;
  traces: TraceRepository;
  producer: Producer;
  clock: Clock;
  logger: Logger;
}

export interface PublishInput {
  tenant: Tenant;
  body: unknown;
  rawBody: Uint8Array;
  idempotencyKey: string | null;
}

export interface Published {
  /** The stored event with `items[]`, as JSON text. */
  json: string;
  isReplayed: boolean;
}

export type Publish = (input: PublishInput) => Promise<Published>;

/** How long fresh work is left to the jobs added with it before the pump repairs. */
const graceMs = 3_000;

/**
 * `POST /api/events` (contract s3): parses any spelling, judges the numbers, makes one durable event with what it owes, and
 * only then hints the queues. Throws AppError `invalid_request`, `forbidden`, `idempotency_mismatch`, `unavailable`.
 */
export function createPublish(deps: PublishDeps): Publish {
  const { events, traces, clock } = deps;
  return async ({ tenant, body, rawBody, idempotencyKey }) => {
    const parsed = parsePublish(body);
    if (!parsed.ok)
      throw new AppError('invalid_request', 'The event is not valid', { details: parsed.issues });
    const { request } = parsed;
    const owner = resolveOwner(tenant.grants, request);
    const placed =
      request.order &&
      (await placeOrder(traces, {
        tenant,
        owner,
        isTest: request.isTest,
        judged: judgeOrder(request.order),
      }));
    const event: EventDoc = {
      ...newEvent(request, { owner, clientId: tenant.clientId, now: clock.now() }),
      ...(placed ? { order: placed.stored, items: placed.items } : {}),
      ...(idempotencyKey === null
        ? {}
        : {
            idem: { id: idempotencyId(tenant.clientId, owner, idempotencyKey), bodyHash: hashBytes(rawBody) },
          }),
    };
    await failpoint('C1');
    const inserted = await events.insertPublished(event);
    await failpoint('C2');
    if (inserted.outcome === 'mismatch') {
      throw new AppError('idempotency_mismatch', 'This Idempotency-Key was used with another body');
    }
    if (inserted.outcome === 'replayed') return { json: presentPublished(inserted.event), isReplayed: true };
    hint(event, deps);
    return { json: presentPublished(event), isReplayed: false };
  };
}

function newEvent(request: PublishRequest, by: { owner: Owner; clientId: string; now: number }): EventDoc {
  const { owner, clientId, now } = by;
  return {
    _id: newEventId(now),
    ...owner,
    clientId,
    type: request.type,
    action: request.action,
    origin: request.origin,
    isTest: request.isTest,
    payload: JSON.stringify(request.payload),
    traceId: null,
    sequence: null,
    createdAt: new Date(now),
    todo: request.order ? ['hooks', 'trace'] : ['hooks'],
    dueAt: new Date(now + graceMs),
  };
}

function idempotencyId(clientId: string, owner: Owner, key: string): string {
  return hashId(clientId, owner.orgId, owner.svcId, 'POST /api/events', key);
}

function hashBytes(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('base64url');
}

function presentPublished(event: EventDoc & { items?: PublishItem[] }): string {
  return `${renderStoredEvent(event).slice(0, -1)},"items":${JSON.stringify(event.items ?? [])}}`;
}

/** Not awaited: the event is durable and owed, so a queue that is down costs seconds, not the event (quality R8). */
function hint(event: EventDoc, { producer, logger }: PublishDeps): void {
  const lane = { laneId: event._id, data: { eventId: event._id } };
  const adds = [producer.addLane(connectEvents, 'event.fan-out', lane)];
  if (event.order) adds.push(producer.addLane(traceRequests, 'request.apply', lane));
  Promise.all(adds).catch((error: unknown) => {
    logger.warn({ err: asError(error), eventId: event._id }, 'An event was not queued: the pump will');
  });
}
