import type { TraceDoc } from '@envase/db';
import type { Why } from '@envase/domain';

const mostFacts = 5;
const mostCharacters = 120;

/** Remembers what an answer said that cannot be true of the trip; one that says nothing of the kind clears it. */
export function noteQuarantined(
  trace: TraceDoc,
  { observationId, facts }: { observationId: string; facts: readonly string[] },
): TraceDoc {
  if (facts.length === 0) return trace.quarantined ? { ...trace, quarantined: null } : trace;
  const kept = facts.slice(0, mostFacts).map((fact) => fact.slice(0, mostCharacters));
  return { ...trace, quarantined: { observationId, facts: kept } };
}

/** Says in the plan what was left out of the state that it rests on. */
export function sayQuarantined(why: Why, { quarantined }: Pick<TraceDoc, 'quarantined'>): Why {
  if (!quarantined) return why;
  return { ...why, inputs: { ...why.inputs, quarantined: quarantined.facts.join('; ') } };
}

/** Whether a settling left something out that was not reported yet. */
export function isNewlyQuarantined(before: TraceDoc, after: TraceDoc): boolean {
  return after.quarantined != null && after.quarantined.observationId !== before.quarantined?.observationId;
}
