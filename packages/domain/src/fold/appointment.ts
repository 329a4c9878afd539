import type { EventLocation, StatusEvent } from '@envase/contracts';
import type { Observed } from '../observation.ts';
import { type EventDraft, eventKey, keepEvent } from './event-draft.ts';
import { writeTime } from './milestone-events.ts';

/** The pick-up appointment: kept while the source does not speak of it, gone when it says there is none. */
export function draftAppointment(
  said: Observed['appointment'],
  context: { known: ReadonlyMap<string, StatusEvent>; facility: EventLocation | null },
): EventDraft[] {
  const key = eventKey('appointment', {});
  const known = context.known.get(key);
  if (said === undefined) return known ? [keepEvent(key, known)] : [];
  if (said === null) return [];
  const data = {
    ...writeTime('appointment', said.start),
    end: said.end?.at ?? null,
    number: said.number,
  };
  return [{ key, code: 'appointment', location: known?.location ?? context.facility, data: () => data }];
}
