import type { EventCode, EventLocation, StatusEvent } from '@envase/contracts';
import { type EventDraft, eventKey, keepEvent } from './event-draft.ts';

/** Something that stands until the source no longer names it: a hold, a fee. */
export interface StandingFact {
  data: Record<string, unknown>;
  /** Adds what depends on when it was first recorded. */
  dated?: (recordedAt: string) => Record<string, unknown>;
}

/**
 * Events of facts that stand now. `said` null: the source does not say, so what stood still stands; what it no longer
 * names is gone. One fact of a kind whose wording changed is the same fact; with several, only equal ones are.
 */
export function draftStanding(
  code: EventCode,
  said: readonly StandingFact[] | null,
  context: { known: ReadonlyMap<string, StatusEvent>; facility: EventLocation | null },
): EventDraft[] {
  const known = [...context.known].filter(([, event]) => event.code === code);
  if (!said) return known.map(([key, event]) => keepEvent(key, event));
  // Of several wordings of one fact the same one is shown, in whatever order they come.
  const facts = new Map(said.toSorted(compareFacts).map((fact) => [eventKey(code, fact.data), fact]));
  const lifted = known.filter(([key]) => !facts.has(key));
  return [...facts].map(([key, fact]) => {
    const isNew = !context.known.has(key);
    const { type } = fact.data;
    const rivals = [...facts].filter(([other, one]) => !context.known.has(other) && one.data.type === type);
    const reworded = lifted.filter(([, event]) => event.data.type === type);
    const isReworded = isNew && rivals.length === 1 && reworded.length === 1;
    const [continued = key] = (isReworded && reworded[0]) || [];
    const location = context.known.get(continued)?.location ?? context.facility;
    const data = (recordedAt: string) => ({ ...fact.data, ...fact.dated?.(recordedAt) });
    return { key: continued, code, location, data };
  });
}

function compareFacts(a: StandingFact, b: StandingFact): number {
  return JSON.stringify(a.data) < JSON.stringify(b.data) ? 1 : -1;
}
