import { AppError } from '@envase/runtime';
import type { mongo } from 'mongoose';
import { requireDate, requireLimit, requireText } from '../check-values.ts';
import { durable, forClients, forWork, isSet } from '../concerns.ts';
import { firstId } from '../events/ids-between.ts';
import { scopeOf } from '../tenancy.ts';
import { guardCollection } from '../tenant-guard.ts';
import type { DeliveryRepository, ReplayRequest, Resent } from './delivery-documents.ts';
import { hasEnded, reopen } from './reopen.ts';
import { type Deliveries, hidden, type StoredDelivery } from './stored-delivery.ts';

const TRIES = 5;

/** Sending anew what was delivered or is dead, with the same `webhook-id` (contract s6). */
export function resending(deliveries: Deliveries): Pick<DeliveryRepository, 'resend' | 'replay'> {
  const collection = guardCollection(deliveries);
  return {
    resend: async (tenant, id, now) => {
      const own = { _id: requireText(id, 'id'), clientId: tenant.clientId, ...scopeOf(tenant) };
      requireDate(now, 'now');
      const load = () => collection.findOne(own, { projection: hidden, ...forClients });
      for (let tried = 0; tried < TRIES; tried += 1) {
        const known = await load();
        if (known === null || known.state === 'cancelled') {
          return known && { outcome: 'cancelled', delivery: known };
        }
        const outcome = await sendAnew(deliveries, known, now);
        const delivery = outcome && (await load());
        if (outcome && delivery) return { outcome, delivery };
      }
      throw new AppError('unavailable', 'The delivery is changing', { retryAfterSeconds: 1 });
    },
    replay: (webhookId, request) => replay(deliveries, webhookId, request),
  };
}

/** Null when another writer was first. */
async function sendAnew(
  deliveries: Deliveries,
  known: StoredDelivery,
  now: Date,
): Promise<Resent['outcome'] | null> {
  if (hasEnded(known)) {
    const { filter, update } = reopen(known, { now, replayId: null });
    return (await deliveries.updateOne(filter, update, durable)).matchedCount === 1 ? 'reopened' : null;
  }
  // What waits to be pulled is owed nothing.
  if (known.dueAt === undefined) return 'hastened';
  const open = { _id: known._id, state: known.state, dueAt: isSet };
  const { matchedCount } = await deliveries.updateOne(open, { $set: { dueAt: now } }, durable);
  return matchedCount === 1 ? 'hastened' : null;
}

/** One page by rising id, each delivery looked at once in a replay, however soon it ends again. */
async function replay(
  deliveries: Deliveries,
  webhookId: string,
  request: ReplayRequest,
): ReturnType<DeliveryRepository['replay']> {
  const { failedOnly, now, after } = request;
  const limit = requireLimit(request.limit);
  const replayId = requireText(request.replayId, 'replayId');
  const filter: mongo.Filter<StoredDelivery> = {
    webhookId: requireText(webhookId, 'webhookId'),
    state: { $in: failedOnly ? ['dead'] : ['dead', 'delivered'] },
    _id: idsOf(request),
    'rounds.replayId': { $ne: replayId },
  };
  requireDate(now, 'now');
  if (after !== undefined) requireText(after, 'after');
  const options = { projection: hidden, sort: { _id: 1 }, limit, ...forWork } as const;
  const found = await deliveries.find(filter, options).toArray();
  const writes = found
    .filter(hasEnded)
    .map((delivery) => ({ updateOne: reopen(delivery, { now, replayId }) }));
  if (writes.length === 0) return { resent: 0, next: null };
  const { matchedCount } = await deliveries.bulkWrite(writes, { ordered: false, ...durable });
  return { resent: matchedCount, next: found.length < limit ? null : (found.at(-1)?._id ?? null) };
}

/** By the time of the event, with which its id, and so that of its deliveries, begins. */
function idsOf({ since, until, after }: ReplayRequest): { $gte: string; $lt?: string; $gt?: string } {
  return {
    $gte: firstId(requireDate(since, 'since').getTime()),
    ...(until === undefined ? {} : { $lt: firstId(requireDate(until, 'until').getTime()) }),
    ...(after === undefined ? {} : { $gt: after }),
  };
}
