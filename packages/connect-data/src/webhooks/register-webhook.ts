import type { WebhookRegistration } from '@envase/contracts';
import type { Tenant, WebhookDoc, WebhookRepository } from '@envase/db';
import type { EgressPolicy } from '@envase/egress';
import { AppError, type Clock, hashId, type KeyRing, newUuid } from '@envase/runtime';
import canonicalize from 'canonicalize';
import { readRegistration } from './read-registration.ts';
import { rotateKeys, sealHeaders } from './secrets.ts';

export interface WebhookDeps {
  webhooks: WebhookRepository;
  ring: KeyRing;
  policy: EgressPolicy;
  clock: Pick<Clock, 'now'>;
}

const tries = 5;

/**
 * `POST /api/webhooks`: the same (client, url, entity, triggers, filters, org, svc) again is the same hook, with its key, headers
 * and whatever else was given updated (contract s6, s10).
 */
export function createRegisterWebhook(deps: WebhookDeps) {
  return async (tenant: Tenant, body: unknown): Promise<{ created: boolean; hook: WebhookDoc }> => {
    const registration = readRegistration(body, tenant, deps.policy);
    const fresh = newWebhook(tenant, registration, deps);
    for (let tried = 0; tried < tries; tried += 1) {
      const { created, hook } = await deps.webhooks.insertOrFind(fresh);
      if (created) return { created, hook };
      const updated = await deps.webhooks.update(tenant, hook._id, changesOf(hook, registration, deps));
      if (updated) return { created: false, hook: updated };
      // Deleted between the two: registering is asked for again, so it is made again.
    }
    throw new AppError('unavailable', 'The web-hook is changing', { retryAfterSeconds: 1 });
  };
}

/** What identifies a registration: triggers as a set, filters by value (contract s10). */
export function registrationOf(
  clientId: string,
  hook: Pick<WebhookDoc, 'url' | 'entityType' | 'triggers' | 'filters' | 'orgId' | 'svcId'>,
): string {
  const { url, entityType, triggers, filters, orgId, svcId } = hook;
  const byValue = new Set(filters.map((filter) => canonicalize(filter) ?? ''));
  return hashId(
    clientId,
    url ?? '',
    entityType,
    JSON.stringify([...new Set(triggers)].sort()),
    JSON.stringify([...byValue].sort()),
    orgId ?? '',
    svcId ?? '',
  );
}

/** What a registration says of a hook, secrets left out; what was not sent has its default. */
export function settingsOf(registration: WebhookRegistration) {
  return {
    url: registration.url ?? null,
    triggers: registration.triggers,
    entityType: registration.entityType,
    filters: registration.filters,
    orgId: registration.orgId ?? null,
    svcId: registration.svcId ?? null,
    description: registration.description ?? null,
    ordered: registration.ordered ?? false,
    maxInFlight: registration.maxInFlight ?? 10,
    isTest: registration.isTest ?? false,
    delivery: registration.delivery ?? 'push',
  } satisfies Partial<WebhookDoc>;
}

function newWebhook(tenant: Tenant, registration: WebhookRegistration, deps: WebhookDeps): WebhookDoc {
  const { ring, clock } = deps;
  const hookId = newUuid();
  const now = clock.now();
  const settings = settingsOf(registration);
  return {
    _id: hookId,
    clientId: tenant.clientId,
    ...settings,
    keys: rotateKeys([], registration.signingKey, { ring, hookId, now }),
    headers: sealHeaders(registration.webhookHeaders ?? [], [], { ring, hookId }),
    registration: registrationOf(tenant.clientId, settings),
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
function changesOf(
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
