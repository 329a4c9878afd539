import type {
  DeliveryDoc,
  DeliveryRepository,
  EventRepository,
  WebhookDoc,
  WebhookRepository,
} from '@envase/db';
import { isAskable } from '@envase/domain';
import type { ClientDirectory } from '@envase/http';
import { type Producer, webhookDeliveries } from '@envase/queues';
import { asError, failpoint, type Logger } from '@envase/runtime';
import { type AttemptVerdict, judgeHealth } from '../health/judge-health.ts';
import { type AttemptDeps, attempt, type OpenHook, openHook } from './attempt.ts';
import { choose } from './choose.ts';
import { createRecorder } from './recorder.ts';
import { sendAll } from './send-all.ts';

export interface DrainDeps extends AttemptDeps {
  webhooks: WebhookRepository;
  deliveries: DeliveryRepository;
  events: EventRepository;
  directory: ClientDirectory;
  producer: Producer;
  logger: Logger;
}

const batchSize = 100;
/** After this a drain gives its place to other hooks and queues itself again. */
const turnMs = 1_000;
const disabledLookMs = 60 * 60_000;

/**
 * `hook.drain`: sends what is due to one hook, in batches of 100 and at most `maxInFlight` at once, until nothing is due or
 * its turn is over. Nothing is dropped while a hook is disabled, its breaker open or its client without grants.
 */
export function createDrainHook(deps: DrainDeps) {
  return async ({ webhookId }: { webhookId: string }): Promise<void> => {
    const turnEnds = Date.now() + turnMs;
    while (await drainOnce(webhookId, deps)) {
      if (Date.now() >= turnEnds) return queueAgain(webhookId, deps);
    }
  };
}

/** One batch; whether more is due at once. */
async function drainOnce(webhookId: string, deps: DrainDeps): Promise<boolean> {
  const { webhooks, deliveries, clock } = deps;
  const hook = await webhooks.get(webhookId);
  const now = new Date(clock.now());
  const pauseUntil = hook && pauseOf(hook, deps);
  if (!hook) await deliveries.cancelOpen(webhookId);
  if (pauseUntil) await deliveries.postpone(webhookId, pauseUntil, now);
  if (!hook || pauseUntil) return false;
  // An open breaker whose time has passed admits one probe.
  const limit = hook.health.breakerUntil ? 1 : batchSize;
  const due = await deliveries.findDue(webhookId, now, limit);
  const { sent, behind } = await sendBatch(hook, due, deps);
  return sent > 0 && (due.length === limit || behind > 0);
}

/** Until when this hook is sent nothing, null when it may be sent something now. */
function pauseOf(hook: WebhookDoc, { clock, directory }: DrainDeps): Date | null {
  const now = clock.now();
  const client = directory.find(hook.clientId);
  if (hook.health.status === 'disabled' || client?.status !== 'active') return new Date(now + disabledLookMs);
  const { breakerUntil, consecutiveFailures: failures } = hook.health;
  const breaker = {
    state: breakerUntil ? ('open' as const) : ('closed' as const),
    until: breakerUntil,
    failures,
  };
  return isAskable(breaker, now) === 'no' ? breakerUntil : null;
}

async function sendBatch(hook: WebhookDoc, due: readonly DeliveryDoc[], deps: DrainDeps): Promise<Turn> {
  const { events, directory, clock } = deps;
  const grants = directory.find(hook.clientId)?.grants ?? [];
  const isGranted = (delivery: DeliveryDoc) =>
    grants.some(
      (grant) => grant.orgId === delivery.orgId && (grant.svcId === '*' || grant.svcId === delivery.svcId),
    );
  const granted = due.filter(isGranted);
  const now = clock.now();
  const { send, held, behind } = await choose(hook, granted, { deps, now });
  const ungranted = due.filter((delivery) => !isGranted(delivery));
  await defer(
    [...held, ...ungranted.map(({ _id }) => ({ id: _id, until: new Date(now + disabledLookMs) }))],
    deps,
  );
  const open = openHook(hook, deps);
  if (!open || send.length === 0) return { sent: 0, behind: 0 };
  const found = await events.getMany([...new Set(send.map((delivery) => delivery.eventId))]);
  const byId = new Map(found.map((event) => [event._id, event]));
  const verdicts = await sendEach(send, { hook, open, byId, deps });
  await recordHealth(hook, verdicts, deps);
  return { sent: send.length, behind: behind.length };
}

interface Turn {
  sent: number;
  behind: number;
}

async function defer(
  waiting: readonly { id: string; until: Date }[],
  { deliveries }: DrainDeps,
): Promise<void> {
  const byTime = Map.groupBy(waiting, ({ until }) => until.getTime());
  for (const [until, group] of byTime)
    await deliveries.defer(
      group.map(({ id }) => id),
      new Date(until),
    );
}

async function sendEach(
  send: readonly DeliveryDoc[],
  by: { hook: WebhookDoc; open: OpenHook; byId: Map<string, Parameters<typeof attempt>[1]>; deps: DrainDeps },
): Promise<AttemptVerdict[]> {
  const { hook, open, byId, deps } = by;
  const recorder = createRecorder(deps.deliveries);
  const verdicts: AttemptVerdict[] = [];
  await sendAll(send, {
    limit: hook.maxInFlight,
    work: async (delivery) => {
      await failpoint('C9');
      const event = byId.get(delivery.eventId);
      return event ? attempt(delivery, event, { hook: open, deps }) : null;
    },
    done: (attempted) => {
      if (!attempted) return;
      verdicts.push(attempted.verdict);
      recorder.add(attempted.result);
    },
  });
  await recorder.flush();
  return verdicts;
}

async function recordHealth(
  hook: WebhookDoc,
  verdicts: readonly AttemptVerdict[],
  deps: DrainDeps,
): Promise<void> {
  const health = judgeHealth(hook.health, verdicts, deps.clock.now());
  if (!health) return;
  await deps.webhooks.recordHealth(hook._id, health);
  if (health.status === 'disabled') deps.logger.warn({ webhookId: hook._id }, 'A web-hook was disabled');
}

async function queueAgain(webhookId: string, { producer, logger }: DrainDeps): Promise<void> {
  const lane = { laneId: webhookId, data: { webhookId } };
  await producer.addLane(webhookDeliveries, 'hook.drain', lane).catch((error: unknown) => {
    logger.warn({ err: asError(error), webhookId }, 'The next turn of a hook was not queued: the pump will');
  });
}
