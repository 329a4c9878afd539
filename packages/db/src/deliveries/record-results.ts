import type { mongo } from 'mongoose';
import { requireDate, requireText, requireWhole } from '../check-values.ts';
import { storing } from '../concerns.ts';
import type { DeliveryResult } from './delivery-documents.ts';
import { inRound } from './reopen.ts';
import { type Deliveries, isOpen, openStates, type StoredDelivery } from './stored-delivery.ts';

const ATTEMPTS_KEPT = 20;

/** One bulk write. What another worker recorded, or what was cancelled meanwhile, is left alone; the number that won. */
export async function recordResults(
  deliveries: Deliveries,
  results: readonly DeliveryResult[],
): Promise<number> {
  if (results.length === 0) return 0;
  const updates = results.map((result) => ({ updateOne: toUpdate(result) }));
  const { matchedCount } = await deliveries.bulkWrite(updates, { ordered: false, ...storing });
  return matchedCount;
}

function toUpdate(result: DeliveryResult): mongo.UpdateOneModel<StoredDelivery> {
  const attemptCount = requireWhole(result.attemptCount, 'attemptCount');
  const fence = result.round === undefined ? {} : inRound(requireWhole(result.round, 'round'));
  return {
    filter: { _id: requireText(result.id, 'id'), attemptCount, ...fence, state: { $in: [...openStates] } },
    update: {
      $inc: { attemptCount: 1 },
      $push: { attempts: { $each: [result.attempt], $slice: -ATTEMPTS_KEPT } },
      ...moveTo(result),
    },
  };
}

function moveTo({ state, dueAt, attempt }: DeliveryResult): mongo.UpdateFilter<StoredDelivery> {
  if (isOpen(state)) return { $set: { state, dueAt: requireDate(dueAt, 'dueAt of an open delivery') } };
  const end = state === 'delivered' ? { deliveredAt: attempt.at } : { endedAt: attempt.at };
  return { $set: { state, ...end }, $unset: { dueAt: '', openSequence: '' } };
}
