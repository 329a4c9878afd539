import { requireDate, requireLimit, requireText } from '../check-values.ts';
import { durable, forWork, isSet, quick } from '../concerns.ts';
import type { WebhookHealth } from '../documents.ts';
import type { Tenant } from '../repositories.ts';
import { ownScopeOf } from '../tenancy.ts';
import { guardCollection } from '../tenant-guard.ts';
import type { Webhooks } from './webhook.repository.ts';

/** A running replay: deliveries of events that happened from `since` and before `until` are reopened page by page. */
export interface WebhookReplay {
  id: string;
  since: Date;
  until: Date;
  /** Dead letters only. */
  failedOnly: boolean;
  /** The last delivery that was looked at; null before the first page. */
  after: string | null;
  /** When its next page may come. */
  dueAt: Date;
}

/** That a hook was disabled is still to be told to its owner's other hooks. */
export interface WebhookNotice {
  /** Of the event that tells it: the same however often it is tried. */
  eventId: string;
  at: Date;
  dueAt: Date;
}

/** What a hook owes beside its deliveries. */
export interface WebhookDebts {
  /** False while another replay of the hook is running, and for an unknown and a foreign id. */
  beginReplay(tenant: Tenant, id: string, replay: WebhookReplay): Promise<boolean>;
  /** Notes how far this replay has come; null: it is over. */
  moveReplay(
    id: string,
    replayId: string,
    to: Partial<Pick<WebhookReplay, 'after' | 'dueAt'>> | null,
  ): Promise<void>;
  /** Disables the hook and owes the notice of it; false when it was disabled before. */
  disable(id: string, health: Partial<WebhookHealth>, notice: WebhookNotice): Promise<boolean>;
  /** The notice is told. */
  settleNotice(id: string, eventId: string): Promise<void>;
  /** Hooks with a replay or a notice whose time has come. */
  findOwing(now: Date, limit: number): Promise<{ webhookId: string }[]>;
}

/** Replays that run, and notices that are owed. */
export function webhookDebts(webhooks: Webhooks): WebhookDebts {
  const collection = guardCollection(webhooks);
  return {
    beginReplay: async (tenant, id, replay) => {
      const { since, until, dueAt } = replay;
      for (const date of [since, until, dueAt]) requireDate(date, 'date of a replay');
      const idle = { _id: requireText(id, 'id'), ...ownScopeOf(tenant), replay: { $exists: false } };
      const { matchedCount } = await collection.updateOne(idle, { $set: { replay } }, durable);
      return matchedCount === 1;
    },
    moveReplay: async (id, replayId, to) => {
      const running = { _id: requireText(id, 'id'), 'replay.id': requireText(replayId, 'replayId') };
      if (to === null) {
        await webhooks.updateOne(running, { $unset: { replay: '' } }, durable);
        return;
      }
      const set = {
        ...(to.after === undefined ? {} : { 'replay.after': to.after }),
        ...(to.dueAt === undefined ? {} : { 'replay.dueAt': requireDate(to.dueAt, 'dueAt') }),
      };
      await webhooks.updateOne(running, { $set: set }, quick);
    },
    disable: async (id, health, notice) => {
      const enabled = { _id: requireText(id, 'id'), 'health.status': { $ne: 'disabled' as const } };
      const set = { ...healthSet(health), 'health.notice': notice };
      return (await webhooks.updateOne(enabled, { $set: set }, durable)).matchedCount === 1;
    },
    settleNotice: async (id, eventId) => {
      const owing = { _id: requireText(id, 'id'), 'health.notice.eventId': requireText(eventId, 'eventId') };
      await webhooks.updateOne(owing, { $unset: { 'health.notice': '' } }, durable);
    },
    findOwing: async (now, limit) => {
      const due = { ...isSet, $lte: requireDate(now, 'now') };
      const options = { projection: { _id: 1 }, limit: requireLimit(limit), ...forWork } as const;
      const [replays, notices] = await Promise.all([
        webhooks.find({ 'replay.dueAt': due }, options).toArray(),
        webhooks.find({ 'health.notice.dueAt': due }, options).toArray(),
      ]);
      const ids = new Set([...replays, ...notices].map(({ _id }) => _id));
      return [...ids].slice(0, limit).map((webhookId) => ({ webhookId }));
    },
  };
}

const healthFields = [
  'status',
  'reason',
  'lastSuccessAt',
  'lastFailureAt',
  'failingSince',
  'consecutiveFailures',
  'breakerUntil',
] as const satisfies readonly (keyof WebhookHealth)[];

/** The given fields of a health under the names that an update takes; nothing else. */
export function healthSet(
  changes: Partial<WebhookHealth>,
): Partial<Record<`health.${keyof WebhookHealth}`, unknown>> {
  return Object.fromEntries(
    healthFields
      .filter((field) => changes[field] !== undefined)
      .map((field) => [`health.${field}`, changes[field]]),
  );
}
