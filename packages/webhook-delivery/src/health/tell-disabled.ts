import type { EventDoc, EventRepository, WebhookDoc, WebhookRepository } from '@envase/db';
import type { ClientDirectory } from '@envase/http';
import { connectEvents, type Producer } from '@envase/queues';
import { asError, failpoint, type Logger } from '@envase/runtime';

export interface TellDeps {
  events: Pick<EventRepository, 'insertResults'>;
  webhooks: Pick<WebhookRepository, 'settleNotice'>;
  directory: Pick<ClientDirectory, 'find'>;
  producer: Pick<Producer, 'addLane'>;
  logger: Logger;
}

// As long as a publish gives its own fan-out before the pump looks.
const graceMs = 3_000;

/**
 * Tells the owner's other hooks that this one was disabled (contract s6): an event like any other, fanned out by Connect Data. It is
 * owed by the hook since it was disabled, under an id given then: telling it twice stores it once.
 */
export async function tellDisabled(hook: WebhookDoc, deps: TellDeps): Promise<void> {
  const { notice } = hook.health;
  if (!notice) return;
  const owner = ownerOf(hook, deps.directory);
  if (owner !== null) await deps.events.insertResults([newNotice(hook, notice, owner)]);
  await failpoint('C21');
  await deps.webhooks.settleNotice(hook._id, notice.eventId);
  if (owner !== null) await wake(notice.eventId, deps);
}

type Owner = Pick<EventDoc, 'orgId' | 'svcId'>;

/** The first of those that the hook stands for; null when its client may act for none. */
function ownerOf({ clientId, orgId, svcId }: WebhookDoc, directory: TellDeps['directory']): Owner | null {
  const grants = directory.find(clientId)?.grants ?? [];
  const grant = grants.find((one) => orgId === null || one.orgId === orgId);
  return grant ? { orgId: grant.orgId, svcId: svcId ?? grant.svcId } : null;
}

function newNotice(
  { _id: webhookId, clientId, isTest, health }: WebhookDoc,
  { eventId, at }: NonNullable<WebhookDoc['health']['notice']>,
  owner: Owner,
): EventDoc {
  return {
    _id: eventId,
    ...owner,
    clientId: null,
    type: 'WEBHOOK',
    action: 'DISABLED',
    origin: 'webhook-delivery',
    isTest,
    // No more than this: other clients of the service may read its events.
    payload: { webhookId, reason: health.reason, disabledAt: at.toISOString() },
    traceId: null,
    sequence: null,
    createdAt: at,
    todo: ['hooks'],
    dueAt: new Date(at.getTime() + graceMs),
    about: { clientId, webhookId },
  };
}

async function wake(eventId: string, { producer, logger }: TellDeps): Promise<void> {
  try {
    await producer.addLane(connectEvents, 'event.fan-out', { laneId: eventId, data: { eventId } });
  } catch (error) {
    logger.warn({ err: asError(error), eventId }, 'A notice was not queued: the pump will');
  }
}
