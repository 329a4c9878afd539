import type { DeliveryDoc, EventDoc, WebhookDoc, WebhookHealth } from '@envase/db';
import type { DirectoryClient } from '@envase/http';
import { createKeyRing, type KeyRing, newEventId, newUuid } from '@envase/runtime';

export const ring: KeyRing = createKeyRing({
  keys: { test: Buffer.alloc(32, 7).toString('base64') },
  current: 'test',
});

const healthy: WebhookHealth = {
  status: 'enabled',
  reason: null,
  lastSuccessAt: null,
  lastFailureAt: null,
  failingSince: null,
  consecutiveFailures: 0,
  breakerUntil: null,
};

export interface HookWishes extends Partial<Omit<WebhookDoc, 'keys' | 'headers' | 'health'>> {
  /** Current first; a second one signs until `previousUntil`. */
  signingKeys?: string[];
  previousUntil?: Date;
  ownHeaders?: Record<string, string>;
  health?: Partial<WebhookHealth>;
}

/** A hook of `client-1` for everything of `org-1`, sealed as Connect Data seals it. */
export function newHook(url: string, wishes: HookWishes = {}): WebhookDoc {
  const { signingKeys = [], previousUntil, ownHeaders = {}, health, ...rest } = wishes;
  const id = newUuid();
  const now = new Date();
  return {
    _id: id,
    clientId: 'client-1',
    url,
    triggers: ['*'],
    entityType: '*',
    filters: [],
    orgId: null,
    svcId: null,
    keys: signingKeys.map((key, index) => ({
      sealed: ring.seal(key, id),
      until: index === 0 ? null : (previousUntil ?? null),
    })),
    headers: Object.entries(ownHeaders).map(([name, value]) => ({ name, sealed: ring.seal(value, id) })),
    description: null,
    ordered: false,
    maxInFlight: 10,
    isTest: false,
    delivery: 'push',
    registration: id,
    createdAt: now,
    updatedAt: now,
    health: { ...healthy, ...health },
    ...rest,
  };
}

export function newEvent(changes: Partial<EventDoc> = {}): EventDoc {
  return {
    _id: newEventId(),
    orgId: 'org-1',
    svcId: 'svc-1',
    clientId: null,
    type: 'CONTAINER',
    action: 'TRACE_RESULT',
    origin: 'envase',
    isTest: false,
    payload: { containerNumber: 'MSCU1234566', note: 'grünes Tor' },
    traceId: null,
    sequence: null,
    createdAt: new Date(),
    todo: [],
    ...changes,
  };
}

/** What the fan-out makes of an event for a hook. */
export function newDelivery(
  event: EventDoc,
  hook: WebhookDoc,
  changes: Partial<DeliveryDoc> = {},
): DeliveryDoc {
  return {
    _id: `${event._id}~${hook._id}`,
    eventId: event._id,
    webhookId: hook._id,
    clientId: hook.clientId,
    orgId: event.orgId,
    svcId: event.svcId,
    action: event.action,
    traceId: event.traceId,
    sequence: event.sequence,
    state: 'pending',
    dueAt: new Date(),
    attemptCount: 0,
    attempts: [],
    createdAt: new Date(),
    deliveredAt: null,
    ...changes,
  };
}

export function newClient(changes: Partial<DirectoryClient> = {}): DirectoryClient {
  return {
    _id: 'client-1',
    status: 'active',
    scopes: ['connectdata/events'],
    grants: [{ orgId: 'org-1', svcId: '*' }],
    changedAt: new Date(),
    revokedBefore: null,
    ...changes,
  };
}
