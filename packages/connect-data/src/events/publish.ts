import { createHash } from 'node:crypto';
import { type PublishItem, type PublishRequest, parsePublish } from '@envase/contracts';
import {
  type EventDoc,
  type EventRepository,
  type PublishRepeat,
  renderStoredEvent,
  type Tenant,
} from '@envase/db';
import { AppError, type Clock, failpoint, hashId, newEventId } from '@envase/runtime';
import type { Admit } from './admission.ts';
import type { Hint } from './hints.ts';
import { judgeOrder } from './judge-order.ts';
import { type PlaceDeps, type PlacedOrder, placeOrder } from './place-order.ts';
import { type Owner, resolveOwner } from './resolve-owner.ts';
import { createShareWork } from './share-work.ts';

export interface PublishDeps extends PlaceDeps {
  events: EventRepository;
  hint: Hint;
  admit: Admit;
  /** Told of each event that was published anew. */
  countPublished: (event: EventDoc) => void;
  clock: Pick<Clock, 'now'>;
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

type Idem = NonNullable<EventDoc['idem']>;

/** What was published, in one spelling, for whom. */
export interface ParsedOrder {
  tenant: Tenant;
  owner: Owner;
  request: PublishRequest;
  idem: Idem | null;
}

/** How long fresh work is left to the jobs added with it before the pump repairs. */
const graceMs = 3_000;

/**
 * `POST /api/events` (contract s3): parses any spelling, judges the numbers, makes one durable event with what it owes, and
 * only then hints the queues. Throws AppError `invalid_request`, `forbidden`, `idempotency_mismatch`, `unavailable`.
 */
export function createPublish(deps: PublishDeps): Publish {
  const share = createShareWork<Published>();
  return async ({ tenant, body, rawBody, idempotencyKey }) => {
    const parsed = parsePublish(body);
    if (!parsed.ok) {
      throw new AppError('invalid_request', 'The event is not valid', { details: parsed.issues });
    }
    const { request } = parsed;
    const owner = resolveOwner(tenant.grants, request);
    if (idempotencyKey === null) return publishParsed({ tenant, owner, request, idem: null }, deps);
    const idem = {
      id: hashId(tenant.clientId, owner.orgId, owner.svcId, 'POST /api/events', idempotencyKey),
      bodyHash: createHash('sha256').update(rawBody).digest('base64url'),
    };
    const work = () => publishParsed({ tenant, owner, request, idem }, deps);
    const { result, isShared } = await share(`${idem.id} ${idem.bodyHash}`, work);
    return isShared ? { ...result, isReplayed: true } : result;
  };
}

/** The same for what was read before, by whoever says it. Repeats that share the work of the first take no place of their own. */
export function publishParsed(order: ParsedOrder, deps: PublishDeps): Promise<Published> {
  return deps.admit(() => publishAdmitted(order, deps));
}

async function publishAdmitted(order: ParsedOrder, deps: PublishDeps): Promise<Published> {
  const { events, clock } = deps;
  const placed = await catchRefusal(() => place(order, deps));
  if (placed instanceof AppError) {
    // What the first publish did may be why its repeat has nothing left to do, such as a stop.
    const repeat = order.idem && (await events.findRepeat(order.idem, new Date(clock.now())));
    if (!repeat) throw placed;
    return answerRepeat(repeat);
  }
  const event = newEvent(order, { placed, now: clock.now() });
  await failpoint('C1');
  const inserted = await events.insertPublished(event);
  await failpoint('C2');
  if (inserted.outcome !== 'created') return answerRepeat(inserted);
  deps.hint(event);
  deps.countPublished(event);
  return { json: presentPublished(event), isReplayed: false };
}

function answerRepeat(repeat: PublishRepeat): Published {
  if (repeat.outcome === 'replayed') return { json: presentPublished(repeat.event), isReplayed: true };
  throw new AppError('idempotency_mismatch', 'This Idempotency-Key was used with another body');
}

async function place({ tenant, owner, request }: ParsedOrder, deps: PlaceDeps): Promise<PlacedOrder | null> {
  const { isTest, payload } = request;
  if (!request.order) return null;
  return placeOrder(deps, { tenant, owner, isTest, payload, judged: judgeOrder(request.order, isTest) });
}

async function catchRefusal<T>(work: () => Promise<T>): Promise<T | AppError> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof AppError && error.code === 'invalid_request') return error;
    throw error;
  }
}

function newEvent(
  { tenant, owner, request, idem }: ParsedOrder,
  by: { placed: PlacedOrder | null; now: number },
): EventDoc {
  const { placed, now } = by;
  return {
    _id: newEventId(now),
    orgId: owner.orgId,
    svcId: owner.svcId,
    clientId: tenant.clientId,
    type: request.type,
    action: request.action,
    origin: request.origin,
    isTest: request.isTest,
    payload: JSON.stringify(request.payload),
    traceId: null,
    sequence: null,
    createdAt: new Date(now),
    todo: placed ? ['hooks', 'trace'] : ['hooks'],
    dueAt: new Date(now + graceMs),
    ...(placed ? { order: placed.stored, items: placed.items } : {}),
    ...(idem ? { idem } : {}),
  };
}

function presentPublished(event: EventDoc & { items?: PublishItem[] }): string {
  return `${renderStoredEvent(event).slice(0, -1)},"items":${JSON.stringify(event.items ?? [])}}`;
}
