import type { EventCode, StatusEvent } from '@envase/contracts';
import type { ToldEvent } from '@envase/db';

/** The event of this code that a result tells first: it was recorded when the result was made (contract s10, `eventDate`). */
export function findNewEvent(told: ToldEvent, code: EventCode): StatusEvent | null {
  const at = told.createdAt.toISOString();
  return told.payload.events?.find((event) => event.code === code && event.eventDate === at) ?? null;
}

/** When a box was discharged or, where only that is known, arrived. */
export function startOfStay(events: readonly StatusEvent[]): number | null {
  return happenedAt(events, 'discharged') ?? happenedAt(events, 'arrived');
}

function happenedAt(events: readonly StatusEvent[], code: 'discharged' | 'arrived'): number | null {
  const event = events.find((one) => one.code === code);
  return event ? timeOf(event.data, code) : null;
}

/** A moment that a source gave with its zone, epoch milliseconds; one whose zone was assumed may be half a day off. */
export function timeOf(data: StatusEvent['data'], key: string): number | null {
  const said = data[key];
  if (typeof said !== 'string' || data.zoneAssumed === true) return null;
  const ms = Date.parse(said);
  return Number.isNaN(ms) ? null : ms;
}
