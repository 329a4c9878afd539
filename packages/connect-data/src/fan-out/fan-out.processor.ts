import { type DeliveryDoc, type DeliveryRepository, type EventDoc, type EventRepository, type WebhookDoc, type WebhookRepository, renderStoredEvent } from '@envase/db';
import { type HookFacts, matchHooks } from '@envase/domain';
import type { ClientDirectory } from '@envase/http';
import { type Producer, webhookDeliveries } from '@envase/queues';
import { asError, type Clock, failpoint, type Logger } from '@envase/runtime';

export interface FanOutDeps {
  events: EventRepository;
  webhooks: WebhookRepository;
  deliveries: DeliveryRepository;
  directory: ClientDirectory;
  producer: Producer;
  clock: Clock;
  logger: Logger;
}

/** `event.fan-out`: one delivery per matching hook, then `hooks` off what the event owes, then a lane per hook. */
export function createFanOut(deps: FanOutDeps) {
  const { events, webhooks, deliveries, clock } = deps;
  return async ({ eventId }: { eventId: string }): Promise<void> => {
    const event = await events.get(eventId);
    if (!event?.todo.includes('hooks')) return;
    const hooks = await webhooks.findListening(event.orgId, event.svcId);
    const due = match(event, hooks, { deps, now: new Date(clock.now()) });
    await failpoint('C7');
    if (due.length > 0) await deliveries.insertMissing(due);
    await failpoint('C8');
    await events.settleOwed(eventId, 'hooks');
    await wake(due, deps);
  };
}

function match(
  event: EventDoc,
  hooks: readonly WebhookDoc[],
  by: { deps: FanOutDeps; now: Date },
): DeliveryDoc[] {
  if (hooks.length === 0) return [];
  const byId = new Map(hooks.map((hook) => [hook._id, hook]));
  const facts = hooks.map((hook) => factsOf(hook, by.deps.directory));
  // Filters see the event as it is delivered, so the text is parsed only where a hook has one.
  const needsBody = hooks.some((hook) => hook.filters.length > 0);
  const body: unknown = needsBody ? JSON.parse(renderStoredEvent(event)) : {};
  return matchHooks({ ...event, body }, facts).flatMap(({ hookId, action }) => {
    const hook = byId.get(hookId);
    return hook ? [newDelivery(event, hook, { action, now: by.now })] : [];
  });
}

function factsOf(hook: WebhookDoc, directory: ClientDirectory): HookFacts {
  const client = directory.find(hook.clientId);
  return {
    hookId: hook._id,
    clientActive: client?.status === 'active',
    grants: client?.grants ?? [],
    orgId: hook.orgId,
    svcId: hook.svcId,
    isTest: hook.isTest,
    triggers: hook.triggers,
    entityType: hook.entityType,
    filters: hook.filters,
  };
}

function newDelivery(event: EventDoc, hook: WebhookDoc, by: { action: string; now: Date }): DeliveryDoc {
  return {
    _id: `${event._id}~${hook._id}`,
    eventId: event._id,
    webhookId: hook._id,
    clientId: hook.clientId,
    orgId: event.orgId,
    svcId: event.svcId,
    action: by.action,
    traceId: event.traceId,
    sequence: event.sequence,
    state: 'pending',
    // A hook that pulls is owed nothing by the sender.
    ...(hook.delivery === 'push' ? { dueAt: by.now } : {}),
    attemptCount: 0,
    attempts: [],
    createdAt: by.now,
    deliveredAt: null,
  };
}

async function wake(due: readonly DeliveryDoc[], { producer, logger }: FanOutDeps): Promise<void> {
  const hookIds = [...new Set(due.filter((one) => one.dueAt).map((one) => one.webhookId))];
  if (hookIds.length === 0) return;
  const lanes = hookIds.map((webhookId) => ({ laneId: webhookId, data: { webhookId } }));
  await producer.addLanes(webhookDeliveries, 'hook.drain', lanes).catch((error: unknown) => {
    logger.warn({ err: asError(error) }, 'Deliveries were not queued: the pump will');
  });
}
