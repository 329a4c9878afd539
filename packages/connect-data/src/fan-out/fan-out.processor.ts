import {
  type DeliveryDoc,
  type DeliveryRepository,
  type EventDoc,
  type EventRepository,
  renderStoredEvent,
  type WebhookDoc,
  type WebhookRepository,
} from '@envase/db';
import { matchHooks } from '@envase/domain';
import { type Producer, webhookDeliveries } from '@envase/queues';
import { asError, type Clock, failpoint, type Logger } from '@envase/runtime';
import type { ReadHookFacts } from './hook-facts.ts';

export interface FanOutDeps {
  events: EventRepository;
  webhooks: WebhookRepository;
  deliveries: DeliveryRepository;
  readHookFacts: ReadHookFacts;
  producer: Pick<Producer, 'addLanes'>;
  clock: Pick<Clock, 'now'>;
  logger: Logger;
}

/** `event.fan-out`: one delivery per matching hook, then `hooks` off what the event owes, and a lane per hook. */
export function createFanOut(deps: FanOutDeps) {
  const { events, webhooks, deliveries } = deps;
  return async ({ eventId }: { eventId: string }): Promise<void> => {
    const event = await events.get(eventId);
    if (!event?.todo.includes('hooks')) return;
    const hooks = await webhooks.findListening(event.orgId, event.svcId);
    const due = await match(event, hooks.filter(mayHear(event)), deps);
    await failpoint('C7');
    if (due.length > 0) await deliveries.insertMissing(due);
    await failpoint('C8');
    // At the same time: whichever a crash leaves out, a pump makes good, and a hook hears of it a write sooner.
    await Promise.all([events.settleOwed(eventId, 'hooks'), wake(due, deps)]);
  };
}

/** What is told of a hook is its owner's, and not the hook's own. */
function mayHear({ about }: EventDoc): (hook: WebhookDoc) => boolean {
  return ({ _id, clientId }) => !about || (about.clientId === clientId && about.webhookId !== _id);
}

async function match(
  event: EventDoc,
  hooks: readonly WebhookDoc[],
  { readHookFacts, clock }: FanOutDeps,
): Promise<DeliveryDoc[]> {
  if (hooks.length === 0) return [];
  const facts = await readHookFacts(event, hooks);
  // Filters see the event as it is delivered, so the text is parsed only where a hook has one.
  const needsBody = hooks.some((hook) => hook.filters.length > 0);
  const body: unknown = needsBody ? JSON.parse(renderStoredEvent(event)) : {};
  const byId = new Map(hooks.map((hook) => [hook._id, hook]));
  const now = new Date(clock.now());
  return matchHooks({ ...event, body }, facts).flatMap(({ hookId, action }) => {
    const hook = byId.get(hookId);
    return hook ? [newDelivery(event, hook, { action, now })] : [];
  });
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
  try {
    await producer.addLanes(webhookDeliveries, 'hook.drain', lanes);
  } catch (error) {
    logger.warn({ err: asError(error) }, 'Deliveries were not queued: the pump will');
  }
}
