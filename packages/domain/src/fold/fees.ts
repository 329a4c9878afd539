import type { EventLocation, Fee, StatusEvent } from '@envase/contracts';
import type { EventDraft } from './event-draft.ts';
import { draftStanding } from './standing.ts';

/** Fees as the source last named them, each once and in one order, whatever order it lists them in. */
export function mergeFees(known: Fee[], said: readonly Fee[] | null): Fee[] {
  if (!said) return known;
  const byText = new Map(
    said.map(({ type, amount, currency, paidThrough }) => {
      const fee = { type, amount, currency, paidThrough };
      return [JSON.stringify(fee), fee] as const;
    }),
  );
  return [...byText].toSorted(([a], [b]) => (a < b ? -1 : 1)).map(([, fee]) => fee);
}

/** One `fee` event per fee (contract s4). */
export function draftFees(
  fees: readonly Fee[],
  context: { known: ReadonlyMap<string, StatusEvent>; facility: EventLocation | null },
): EventDraft[] {
  return draftStanding(
    'fee',
    fees.map((fee) => ({ data: { ...fee } })),
    context,
  );
}
