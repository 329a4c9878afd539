import { parseWebhook, type WebhookRegistration } from '@envase/contracts';
import type { Tenant, WebhookDoc, WebhookRepository } from '@envase/db';
import { type EgressPolicy, judgeUrl } from '@envase/egress';
import { AppError, type Clock, hashId, type KeyRing, newUuid } from '@envase/runtime';
import canonicalize from 'canonicalize';
import { rotateKeys, sealHeaders } from './secrets.ts';

export interface WebhookDeps {
  webhooks: WebhookRepository;
  ring: KeyRing;
  policy: EgressPolicy;
  clock: Clock;
}

/** Reads and checks a registration: shape, address, and that the client may hear that organization (contract s6, s10). */
export function readRegistration(body: unknown, tenant: Tenant, policy: EgressPolicy): WebhookRegistration {
  const parsed = parseWebhook(body);
  if (!parsed.ok)
    throw new AppError('invalid_request', 'The web-hook is not valid', { details: parsed.issues });
  const { registration } = parsed;
  const { url, orgId, svcId } = registration;
  if (url !== undefined) {
    const judged = judgeUrl(url, policy);
    if (!judged.ok) {
      const details = [{ path: '/url', message: judged.reason }];
      throw new AppError('invalid_request', 'The address cannot be notified', { details });
    }
  }
  if (orgId !== undefined && !mayHear(tenant, orgId, svcId)) {
    throw new AppError('forbidden', 'This client may not act for that organization and service');
  }
  return registration;
}

function mayHear(tenant: Tenant, orgId: string, svcId: string | undefined): boolean {
  return tenant.grants.some(
    (grant) => grant.orgId === orgId && (svcId === undefined || grant.svcId === '*' || grant.svcId === svcId),
  );
}

/**
 * `POST /api/webhooks`: the same (client, url, entity, triggers, filters, org, svc) again is the same hook, with its key, headers
 * and whatever else was given updated (contract s6, s10).
 */
export function createRegisterWebhook(deps: WebhookDeps) {
  return async (tenant: Tenant, body: unknown): Promise<{ created: boolean; hook: WebhookDoc }> => {
    const registration = readRegistration(body, tenant, deps.policy);
    const fresh = newWebhook(tenant, registration, deps);
    const { created, hook } = await deps.webhooks.insertOrFind(fresh);
    if (created) return { created, hook };
    const changes = changesOf(hook, registration, deps);
    const updated = await deps.webhooks.update(tenant, hook._id, changes);
    // Deleted between the two: registering is asked for again, so it is made again.
    if (!updated) return { created: true, hook: (await deps.webhooks.insertOrFind(fresh)).hook };
    return { created: false, hook: updated };
  };
}

/** What identifies a registration: triggers as a set, filters by value (contract s10). */
export function registrationOf(clientId: string, registration: WebhookRegistration): string {
  const { url, entityType, triggers, filters, orgId, svcId } = registration;
  const byValue = filters.map((filter) => canonicalize(filter) ?? '').sort();
  return hashId(
    clientId,
    url ?? '',
    entityType,
    JSON.stringify([...triggers].sort()),
    JSON.stringify(byValue),
    orgId ?? '',
    svcId ?? '',
  );
}

function newWebhook(tenant: Tenant, registration: WebhookRegistration, deps: WebhookDeps): WebhookDoc {
  const { ring, clock } = deps;
  const hookId = newUuid();
  const now = clock.now();
  return {
    _id: hookId,
    clientId: tenant.clientId,
    url: registration.url ?? null,
    triggers: registration.triggers,
    entityType: registration.entityType,
    filters: registration.filters,
    orgId: registration.orgId ?? null,
    svcId: registration.svcId ?? null,
    keys: rotateKeys([], registration.signingKey, { ring, hookId, now }),
    headers: sealHeaders(registration.webhookHeaders ?? [], [], { ring, hookId }),
    description: registration.description ?? null,
    ordered: registration.ordered ?? false,
    maxInFlight: registration.maxInFlight ?? 10,
    isTest: registration.isTest ?? false,
    delivery: registration.delivery ?? 'push',
    registration: registrationOf(tenant.clientId, registration),
    createdAt: new Date(now),
    updatedAt: new Date(now),
    health: {
      status: 'enabled',
      reason: null,
      lastSuccessAt: null,
      lastFailureAt: null,
      failingSince: null,
      consecutiveFailures: 0,
      breakerUntil: null,
    },
  };
}

/** The changes of a repeated registration: what was not sent is kept. */
export function changesOf(
  hook: WebhookDoc,
  registration: WebhookRegistration,
  deps: Pick<WebhookDeps, 'ring' | 'clock'>,
): Partial<WebhookDoc> {
  const { ring, clock } = deps;
  const by = { ring, hookId: hook._id, now: clock.now() };
  const { description, ordered, maxInFlight, isTest, delivery } = registration;
  return {
    keys: rotateKeys(hook.keys, registration.signingKey, by),
    headers: sealHeaders(registration.webhookHeaders, hook.headers, by),
    updatedAt: new Date(by.now),
    ...(description === undefined ? {} : { description }),
    ...(ordered === undefined ? {} : { ordered }),
    ...(maxInFlight === undefined ? {} : { maxInFlight }),
    ...(isTest === undefined ? {} : { isTest }),
    ...(delivery === undefined ? {} : { delivery }),
  };
}
