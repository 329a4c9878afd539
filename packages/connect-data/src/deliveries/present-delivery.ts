import type { DeliveryAttempt, DeliveryDoc } from '@envase/db';

/** A delivery as lists show it (contract s9). */
export function presentDelivery(delivery: DeliveryDoc) {
  return {
    id: delivery._id,
    webhookId: delivery.webhookId,
    eventId: delivery.eventId,
    traceId: delivery.traceId,
    sequence: delivery.sequence,
    state: delivery.state,
    attemptCount: delivery.attemptCount,
    dueAt: delivery.dueAt?.toISOString() ?? null,
    createdAt: delivery.createdAt.toISOString(),
    deliveredAt: delivery.deliveredAt?.toISOString() ?? null,
  };
}

/** One delivery with its last attempts, oldest first: what the receiver said, and how long it took. */
export function presentDeliveryWithAttempts(delivery: DeliveryDoc) {
  return { ...presentDelivery(delivery), attempts: delivery.attempts.map(presentAttempt) };
}

function presentAttempt({ at, status, durationMs, error, answer }: DeliveryAttempt) {
  return { at: at.toISOString(), status, durationMs, error, answer };
}
