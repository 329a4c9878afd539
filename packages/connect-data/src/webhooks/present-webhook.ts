import type { WebhookDoc } from '@envase/db';

/** A hook as its owner sees it (contract s6, s9): both spellings of the entity, never a key or a header's value. */
export function presentWebhook(hook: WebhookDoc, counts: { pending: number; dead: number }) {
  return {
    id: hook._id,
    url: hook.url,
    triggers: hook.triggers,
    entityType: hook.entityType,
    eventType: hook.entityType,
    hasSigningKey: hook.keys.length > 0,
    webhookHeaders: hook.headers.map(({ name }) => ({ name, value: '***' })),
    filters: hook.filters,
    orgId: hook.orgId,
    svcId: hook.svcId,
    description: hook.description,
    ordered: hook.ordered,
    maxInFlight: hook.maxInFlight,
    isTest: hook.isTest,
    delivery: hook.delivery,
    status: hook.health.status,
    statusReason: hook.health.reason,
    createdAt: hook.createdAt.toISOString(),
    lastSuccessAt: hook.health.lastSuccessAt?.toISOString() ?? null,
    lastFailureAt: hook.health.lastFailureAt?.toISOString() ?? null,
    pending: counts.pending,
    dead: counts.dead,
  };
}
