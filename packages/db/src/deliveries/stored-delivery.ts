import type { DeliveryState } from '@envase/contracts';
import type { mongo } from 'mongoose';
import type { DeliveryDoc } from './delivery-documents.ts';

/** A delivery with what only the repository knows of. */
export interface StoredDelivery extends DeliveryDoc {
  /** `sequence` while the delivery is open: the key of the index that keeps ordered hooks in order. */
  openSequence?: number;
  /** When it became dead or was cancelled, and of one that waits to be pulled its beginning: retention counts from here. */
  endedAt?: Date;
  /** Its place in the order in which its hook's deliveries are pulled. */
  pos?: number;
}

export type Deliveries = mongo.Collection<StoredDelivery>;

export const hidden = { openSequence: 0, endedAt: 0, pos: 0 } as const;

export const openStates: readonly DeliveryState[] = ['pending', 'retrying'];

export function isOpen(state: DeliveryState): boolean {
  return openStates.includes(state);
}

export function toStored(delivery: DeliveryDoc): StoredDelivery {
  if (!isOpen(delivery.state)) return { ...delivery };
  const { sequence, dueAt, createdAt } = delivery;
  return {
    ...delivery,
    ...(sequence === null ? {} : { openSequence: sequence }),
    // Nothing is owed: nobody will end it.
    ...(dueAt === undefined ? { endedAt: createdAt } : {}),
  };
}
