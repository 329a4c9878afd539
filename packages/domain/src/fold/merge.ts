import type { Carrier, Destination, EventLocation } from '@envase/contracts';
import type { Observed } from '../observation.ts';
import { deriveStatus, whereIs } from '../status.ts';
import type { TraceFacts, TraceState } from '../trace-state.ts';
import { draftAppointment } from './appointment.ts';
import { mergeBooking } from './booking.ts';
import { keyEvents } from './event-draft.ts';
import { draftFees, mergeFees } from './fees.ts';
import { draftFreeDays, mergeFreeDays } from './free-days.ts';
import { draftHolds } from './holds.ts';
import type { Journey } from './journey.ts';
import { draftMilestones } from './milestone-events.ts';
import { movePosition } from './position.ts';
import { draftAvailability, draftReadiness } from './readiness.ts';
import { recordEvents } from './record-events.ts';

/** What is known after one more observation of a box that was found. What it does not say stays as it was known. */
export function mergeObserved(
  known: TraceState,
  observed: Observed,
  context: { journey: Journey; facts: TraceFacts; now: string },
): TraceState {
  const { facts, journey } = context;
  const position = movePosition(known.position, journey.position, facts);
  const destination = mergeDestination(known.destination, observed.destination);
  const merged = {
    ...known,
    description: observed.description ?? known.description,
    length: observed.length ?? known.length,
    isoType: observed.isoType ?? known.isoType,
    loaded: observed.loaded ?? known.loaded,
    billOfLading: observed.billOfLading ?? known.billOfLading,
    carrier: mergeCarrier(known.carrier, observed.carrier),
    destination,
    fees: mergeFees(known.fees, observed.fees),
    lastFreeDay: mergeFreeDays(known.lastFreeDay, observed.lastFreeDays),
    available: mergeAvailable(known, observed.available, { position, facts }),
    position,
    isSaidClear: observed.holds ? observed.holds.length === 0 : known.isSaidClear,
    ...mergeBooking(known.booking, observed.booking),
    observedAt: observed.observedAt,
    providerUpdatedAt: observed.providerUpdatedAt ?? known.providerUpdatedAt,
    stale: false,
  };
  const events = mergeEvents(merged, observed, context);
  return { ...merged, events, status: deriveStatus({ ...merged, events }, facts) };
}

function mergeEvents(
  merged: TraceState,
  observed: Observed,
  { journey, facts, now }: { journey: Journey; facts: TraceFacts; now: string },
): TraceState['events'] {
  const known = keyEvents(merged.events);
  const facility = facilityOf(merged.destination);
  const where = whereIs(merged, facts);
  const holds = draftHolds(observed.holds, { known, facility });
  const isThere = where === 'arrived' || where === 'at_facility';
  const readiness =
    facts.service === 'availability'
      ? draftAvailability(
          {
            isHeld: holds.length > 0,
            isAvailable: merged.available === true,
            isReleased: merged.isSaidClear && isThere,
            lfd: merged.lastFreeDay.earliest,
          },
          { known, facility },
        )
      : draftReadiness(
          { milestones: journey.milestones, available: observed.available },
          { known, facility },
        );
  const drafts = [
    ...draftMilestones(journey.milestones, { known, facts, where, facility, lot: observed.lot }),
    ...holds,
    ...draftFees(merged.fees, { known, facility }),
    ...draftFreeDays(merged.lastFreeDay, { known, facility }),
    ...draftAppointment(observed.appointment, { known, facility }),
    ...readiness,
  ];
  return recordEvents(merged.events, drafts, now);
}

/** A box that left, or rolls on, is not available there any more. */
function mergeAvailable(
  known: TraceState,
  said: boolean | null,
  { position, facts }: { position: TraceState['position']; facts: TraceFacts },
): boolean | null {
  if (facts.service !== 'availability') return said ?? known.available;
  const where = whereIs({ position, available: null, events: [] }, facts);
  if (where === 'left') return null;
  return said ?? (where === 'en_route' ? null : known.available);
}

/** What is not said stays; but a voyage is one vessel's. */
function mergeCarrier(known: Carrier | null, said: Carrier | null): Carrier | null {
  if (!said || known?.type !== said.type) return said ?? known;
  const isOther = said.vessel !== null && said.vessel !== known.vessel;
  return {
    type: said.type,
    steamshipLine: said.steamshipLine ?? known.steamshipLine,
    vessel: said.vessel ?? known.vessel,
    voyage: said.voyage ?? (isOther ? null : known.voyage),
  };
}

/** What is not said stays, unless another place is named. */
function mergeDestination(known: Destination | null, said: Destination | null): Destination | null {
  if (!said || known?.type !== said.type) return said ?? known;
  const differs = (field: 'siteId' | 'name') =>
    said[field] !== null && known[field] !== null && said[field] !== known[field];
  if (differs('siteId') || differs('name')) return said;
  return { type: said.type, siteId: said.siteId ?? known.siteId, name: said.name ?? known.name };
}

function facilityOf(destination: Destination | null): EventLocation | null {
  return destination && { type: destination.type, siteId: destination.siteId, name: destination.name };
}
