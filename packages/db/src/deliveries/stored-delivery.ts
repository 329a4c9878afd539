import type { DeliveryState } from '@envase/contracts';
import type { mongo } from 'mongoose';
import type { DeliveryDoc } from '../documents.ts';

/** A delivery with what only the repository knows of. */
export interface StoredDelivery extends DeliveryDoc {
  /** `sequence` while the delivery is open: the key of the index that keeps ordered hooks in order. */
  openSequence?: number;
  /** When it became dead or was cancelled: retention counts from here. */
  endedAt?: Date;
}

export type Deliveries = mongo.Collection<StoredDelivery>;

export const hidden = { openSequence: 0, endedAt: 0 } as const;

export const openStates: readonly DeliveryState[] = ['pending', 'retrying'];

export function isOpen(state: DeliveryState): boolean {
  return openStates.includes(state);
}

export function toStored(delivery: DeliveryDoc): StoredDelivery {
  const isOrdered = isOpen(delivery.state) && delivery.sequence !== null;
  // `sequence` is a number here, checked on the line above.
  return isOrdered ? { ...delivery, openSequence: delivery.sequence as number } : { ...delivery };
}
