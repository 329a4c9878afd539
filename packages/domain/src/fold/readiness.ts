import type { EventLocation, StatusEvent } from '@envase/contracts';
import type { Milestone } from '../observation.ts';
import { type EventDraft, eventKey, keepEvent } from './event-draft.ts';

interface ReadinessContext {
  known: ReadonlyMap<string, StatusEvent>;
  facility: EventLocation | null;
}

/** `appointment-ready` of exports and empties: whether an appointment may be made (contract s4); kept while unsaid. */
export function draftReadiness(
  said: { milestones: readonly Milestone[]; available: boolean | null },
  context: ReadinessContext,
): EventDraft[] {
  const key = eventKey('appointment-ready', {});
  const known = context.known.get(key);
  const milestone = said.milestones.find(({ code }) => code === 'appointment-ready');
  const isReady = said.available ?? (milestone ? true : null);
  if (isReady === null) return known ? [keepEvent(key, known)] : [];
  const location = milestone?.location ?? known?.location ?? context.facility;
  return [{ key, code: 'appointment-ready', location, data: () => ({ readyForAppointment: isReady }) }];
}

/**
 * `available` and `released` of imports. A standing hold rules out both; `released` says that the source itself reports no
 * holds, of a box that is there to be fetched. `lfd` is the earliest last free day, where one is known.
 */
export function draftAvailability(
  box: { isHeld: boolean; isAvailable: boolean; isReleased: boolean; lfd: string | null },
  context: ReadinessContext,
): EventDraft[] {
  if (box.isHeld) return [];
  const lfd = box.lfd === null ? {} : { lfd: box.lfd };
  return [
    ...(box.isAvailable ? [draft('available', () => ({ available: true }), context)] : []),
    ...(box.isReleased ? [draft('released', (released) => ({ released, ...lfd }), context)] : []),
  ];
}

function draft(
  code: 'available' | 'released',
  data: EventDraft['data'],
  { known, facility }: ReadinessContext,
): EventDraft {
  const key = eventKey(code, {});
  return { key, code, location: known.get(key)?.location ?? facility, data };
}
