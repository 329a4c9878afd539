import { AppError } from '@envase/runtime';
import type { mongo } from 'mongoose';
import { requireDate, requireText } from '../check-values.ts';
import { durable, forClients } from '../concerns.ts';
import type { EventDoc } from '../documents.ts';
import type { PublishInsert, PublishRepeat } from '../repositories.ts';
import { createInsertTogether } from './insert-together.ts';

/** How long a key answers its first event (contract s2). */
const KEY_KEPT_MS = 7 * 24 * 60 * 60_000;
const TRIES = 5;

/** The event itself holds the idempotency key: one insert decides, without a look before it. */
export function createInsertPublished(events: mongo.Collection<EventDoc>) {
  const insert = createInsertTogether(events);
  return async (event: EventDoc): Promise<PublishInsert> => {
    requireText(event._id, 'id of an event');
    if (event.idem) requireText(event.idem.id, 'idem.id');
    for (let tried = 0; tried < TRIES; tried += 1) {
      if (await insert(event)) return { outcome: 'created' };
      const answer = await judgeRepeat(events, event);
      if (answer !== null) return answer;
    }
    const message = 'The idempotency key is in use by other requests';
    throw new AppError('unavailable', message, { retryAfterSeconds: 1 });
  };
}

/**
 * What the event collided with; null when the key is free now. The refused insert has waited for its write concern, so an
 * event that it collided with is as durable as one that it would have written.
 */
async function judgeRepeat(
  events: mongo.Collection<EventDoc>,
  event: EventDoc,
): Promise<PublishInsert | null> {
  // Without a key it collided with itself: the driver sent it twice.
  if (!event.idem) return { outcome: 'created' };
  const { id } = event.idem;
  const first = await events.findOne({ 'idem.id': id }, forClients);
  if (first === null) return null;
  if (first._id === event._id) return { outcome: 'created' };
  if (isKept(first, event.createdAt)) return compareBodies(first, event.idem);
  await events.updateOne({ _id: first._id, 'idem.id': id }, { $unset: { idem: '' } }, durable);
  return null;
}

/** What a publish with this key would be answered that cannot be inserted; null while the key is free. */
export function createFindRepeat(events: mongo.Collection<EventDoc>) {
  return async (idem: NonNullable<EventDoc['idem']>, now: Date): Promise<PublishRepeat | null> => {
    const first = await events.findOne({ 'idem.id': requireText(idem.id, 'idem.id') }, forClients);
    return first !== null && isKept(first, requireDate(now, 'now')) ? compareBodies(first, idem) : null;
  };
}

function isKept(first: EventDoc, now: Date): boolean {
  return now.getTime() - first.createdAt.getTime() < KEY_KEPT_MS;
}

function compareBodies(first: EventDoc, { bodyHash }: NonNullable<EventDoc['idem']>): PublishRepeat {
  return first.idem?.bodyHash === bodyHash ? { outcome: 'replayed', event: first } : { outcome: 'mismatch' };
}
