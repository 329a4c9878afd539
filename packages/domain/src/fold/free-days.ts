import type { EventLocation, LastFreeDay, StatusEvent } from '@envase/contracts';
import type { Observed } from '../observation.ts';
import { type EventDraft, eventKey } from './event-draft.ts';

export const noFreeDays: LastFreeDay = { line: null, terminal: null, rail: null, earliest: null };

const sources = ['line', 'terminal', 'rail'] as const;

/** Last free days per source: what is said replaces what was known of that source, the earlier one where it is said twice. */
export function mergeFreeDays(known: LastFreeDay, said: Observed['lastFreeDays']): LastFreeDay {
  const of = (source: (typeof sources)[number]) =>
    earliest(said.flatMap((day) => (day.source === source ? day.date : []))) ?? known[source];
  const days = { line: of('line'), terminal: of('terminal'), rail: of('rail') };
  return { ...days, earliest: earliest(Object.values(days).flatMap((day) => day ?? [])) };
}

/** One `lfd` event per source that names a day (contract s4). */
export function draftFreeDays(
  days: LastFreeDay,
  context: { known: ReadonlyMap<string, StatusEvent>; facility: EventLocation | null },
): EventDraft[] {
  return sources.flatMap((source) => {
    const lfd = days[source];
    if (lfd === null) return [];
    const key = eventKey('lfd', { source });
    const location = context.known.get(key)?.location ?? context.facility;
    return [{ key, code: 'lfd' as const, location, data: () => ({ lfd, source }) }];
  });
}

// Calendar dates compare as text.
function earliest(dates: readonly string[]): string | null {
  return dates.toSorted()[0] ?? null;
}
