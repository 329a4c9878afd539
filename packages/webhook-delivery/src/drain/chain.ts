import type { DeliveryDoc, EventDoc } from '@envase/db';

/** A due delivery with its event; without one where that is no longer kept. */
export interface Outgoing {
  delivery: DeliveryDoc;
  event: EventDoc | undefined;
}

/** What goes one after the other: one trace's deliveries to an ordered hook by sequence, or one delivery alone. */
export interface Chain {
  /** Null: alone, in any order. */
  traceId: string | null;
  /** Not yet sent. */
  waiting: Outgoing[];
  /** How often its first was looked at in vain since the last one was sent. */
  looks: number;
}

/** The trace that a delivery keeps the order of; null where order says nothing. */
export function orderOf({ traceId, sequence }: DeliveryDoc, isOrdered: boolean): string | null {
  return isOrdered && sequence !== null ? traceId : null;
}

export function newChain(traceId: string | null, first: Outgoing): Chain {
  return { traceId, waiting: [first], looks: 0 };
}

/** Adds in sequence, most often at the end. */
export function addToChain({ waiting }: Chain, outgoing: Outgoing): void {
  const sequence = sequenceOf(outgoing);
  let at = waiting.length;
  while (at > 0 && sequenceOf(waiting[at - 1]) > sequence) at -= 1;
  waiting.splice(at, 0, outgoing);
}

export function sequenceOf(outgoing: Outgoing | undefined): number {
  return outgoing?.delivery.sequence ?? 0;
}
