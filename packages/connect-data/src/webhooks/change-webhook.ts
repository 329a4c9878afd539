import type { DeliveryRepository, Tenant, WebhookDoc } from '@envase/db';
import { AppError } from '@envase/runtime';
import { isObject, readRegistration } from './read-registration.ts';
import { registrationOf, settingsOf, type WebhookDeps } from './register-webhook.ts';
import { rotateKeys, sealHeaders } from './secrets.ts';
import { type WakeDeps, wakeHook } from './wake-hook.ts';

export interface ChangeDeps extends WebhookDeps, WakeDeps {
  deliveries: DeliveryRepository;
}

export interface WebhookChanges {
  load(tenant: Tenant, id: string): Promise<WebhookDoc>;
  /** `PUT`: replaces all but the key; a key that is given takes over. */
  replace(tenant: Tenant, id: string, body: unknown): Promise<WebhookDoc>;
  /** `PATCH`: changes what is given. */
  patch(tenant: Tenant, id: string, body: unknown): Promise<WebhookDoc>;
  /** Sends again from now on; what waited meanwhile is due at once. */
  enable(tenant: Tenant, id: string): Promise<WebhookDoc>;
  /** What it was still owed is cancelled. */
  remove(tenant: Tenant, id: string): Promise<void>;
}

// Later than every due time, and a date to every engine.
const endOfTime = new Date(Date.UTC(9999, 0));

/** Changes of a registered hook (contract s6, s10). All throw `not_found` for an unknown and for a foreign id. */
export function createWebhookChanges(deps: ChangeDeps): WebhookChanges {
  const { webhooks, deliveries, clock } = deps;
  const load = async (tenant: Tenant, id: string) => (await webhooks.find(tenant, id)) ?? refuse();
  return {
    load,
    replace: async (tenant, id, body) => {
      const hook = await load(tenant, id);
      return store(tenant, { hook, body, isWhole: true }, deps);
    },
    patch: async (tenant, id, body) => {
      const hook = await load(tenant, id);
      return store(tenant, { hook, body, isWhole: false }, deps);
    },
    enable: async (tenant, id) => {
      await load(tenant, id);
      await webhooks.recordHealth(id, {
        status: 'enabled',
        reason: null,
        failingSince: null,
        // A breaker whose time has passed: one goes alone, and the rest by what its receiver says.
        breakerUntil: new Date(clock.now()),
      });
      await deliveries.postpone(id, new Date(clock.now()), endOfTime);
      await wakeHook(id, deps);
      return load(tenant, id);
    },
    remove: async (tenant, id) => {
      if (!(await webhooks.remove(tenant, id))) refuse();
      // The next drain finds no hook and cancels what is open.
      await wakeHook(id, deps);
    },
  };
}

interface Change {
  hook: WebhookDoc;
  body: unknown;
  isWhole: boolean;
}

async function store(tenant: Tenant, { hook, body, isWhole }: Change, deps: ChangeDeps): Promise<WebhookDoc> {
  const registration = readRegistration(isWhole ? body : mergeOver(hook, body), tenant, deps.policy);
  const by = { ring: deps.ring, hookId: hook._id, now: deps.clock.now() };
  const { signingKey, webhookHeaders } = registration;
  const settings = settingsOf(registration);
  const changes: Partial<WebhookDoc> = {
    ...(isWhole ? settings : pickChanged(settings, hook)),
    headers: sealHeaders(webhookHeaders ?? (isWhole ? [] : undefined), hook.headers, by),
    keys: rotateKeys(hook.keys, signingKey, by),
    registration: registrationOf(hook.clientId, settings),
    updatedAt: new Date(by.now),
  };
  const stored = (await deps.webhooks.update(tenant, hook._id, changes)) ?? refuse();
  return nameAnew(tenant, stored, deps);
}

/** Two changes at once may each have named the hook by what they saw: the last one names it by what is stored. */
async function nameAnew(tenant: Tenant, hook: WebhookDoc, { webhooks }: ChangeDeps): Promise<WebhookDoc> {
  const registration = registrationOf(hook.clientId, hook);
  if (registration === hook.registration) return hook;
  return (await webhooks.update(tenant, hook._id, { registration })) ?? refuse();
}

/** The hook as its owner would register it, under what is sent. */
function mergeOver(hook: WebhookDoc, body: unknown): unknown {
  if (!isObject(body)) return body;
  const { url, triggers, entityType, filters, orgId, svcId } = hook;
  const { description, ordered, maxInFlight, isTest, delivery } = hook;
  const namesEntity = body.entityType !== undefined || body.eventType !== undefined;
  return {
    ...{ url, triggers, filters, orgId, svcId, description, ordered, maxInFlight, isTest, delivery },
    ...(namesEntity ? {} : { entityType }),
    ...body,
  };
}

function pickChanged(settings: ReturnType<typeof settingsOf>, hook: WebhookDoc): Partial<WebhookDoc> {
  const isOther = ([name, value]: [string, unknown]) =>
    JSON.stringify(value) !== JSON.stringify(hook[name as keyof typeof settings]); // a name of `settings`
  return Object.fromEntries(Object.entries(settings).filter(isOther));
}

function refuse(): never {
  throw new AppError('not_found', 'There is no such web-hook');
}
