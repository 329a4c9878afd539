import type { EventLocation, StatusEvent } from '@envase/contracts';
import type { ObservedHold } from '../observation.ts';
import type { EventDraft } from './event-draft.ts';
import { draftStanding, type StandingFact } from './standing.ts';

/** One `hold` event per standing hold; `since` is when we first recorded it (contract s4). */
export function draftHolds(
  holds: readonly ObservedHold[] | null,
  context: { known: ReadonlyMap<string, StatusEvent>; facility: EventLocation | null },
): EventDraft[] {
  return draftStanding('hold', holds?.map(describe) ?? null, context);
}

function describe({ type, description, providerCode }: ObservedHold): StandingFact {
  const code = providerCode === null ? {} : { providerCode };
  return { data: { type, hold: true, description, ...code }, dated: (since) => ({ since }) };
}
