import type { mongo } from 'mongoose';
import type { DeliveryRound } from './delivery-documents.ts';
import { isOpen, type StoredDelivery } from './stored-delivery.ts';

const ROUNDS_KEPT = 20;

/** A delivery that ended as delivered or dead. */
export type EndedDelivery = StoredDelivery & { state: DeliveryRound['state'] };

/** Cancelled ones stay cancelled. */
export function hasEnded(delivery: StoredDelivery): delivery is EndedDelivery {
  return !isOpen(delivery.state) && delivery.state !== 'cancelled';
}

/** One round more, due at once: attempts start anew, and how the last round ended is kept. Whoever was first has done it. */
export function reopen(
  delivery: EndedDelivery,
  { now, replayId }: { now: Date; replayId: string | null },
): { filter: mongo.Filter<StoredDelivery>; update: mongo.UpdateFilter<StoredDelivery> } {
  const { _id, state, attemptCount, attempts, round, sequence } = delivery;
  const ended: DeliveryRound = {
    state,
    attemptCount,
    lastAttempt: attempts.at(-1) ?? null,
    resentAt: now,
    replayId,
  };
  return {
    filter: { _id, state, attemptCount, ...inRound(round) },
    update: {
      $set: {
        state: 'pending',
        dueAt: now,
        attemptCount: 0,
        attempts: [],
        deliveredAt: null,
        ...(sequence === null ? {} : { openSequence: sequence }),
      },
      $unset: { endedAt: '' },
      $inc: { round: 1 },
      $push: { rounds: { $each: [ended], $slice: -ROUNDS_KEPT } },
    },
  };
}

/** The condition for a delivery that is (still) in this round. */
export function inRound(round: number | undefined): { round: number | { $exists: false } } {
  return { round: round === undefined || round === 0 ? { $exists: false } : round };
}
