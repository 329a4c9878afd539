import type { CanonicalStatus, StatusEvent } from '@envase/contracts';
import { stepAt } from './fold/position.ts';
import type { Where } from './fold/steps.ts';
import type { Position, TraceFacts } from './trace-state.ts';

/** What status follows from: where the box is, and what stands. */
export interface StatusFacts {
  position: Position | null;
  available: boolean | null;
  events: readonly Pick<StatusEvent, 'code' | 'data'>[];
}

/** Where the box is (contract s5): its last milestone, else what an availability or an estimate implies. */
export function whereIs({ position, available, events }: StatusFacts, facts: TraceFacts): Where {
  const said = stepAt(position, facts)?.where ?? 'unknown';
  if (said === 'left' || facts.service !== 'availability') return said;
  if (available === true) return 'at_facility';
  const isExpected = said === 'unknown' && events.some(({ code }) => code === 'eta');
  return isExpected ? 'en_route' : said;
}

/** Which leg counts: a railroad's box is always on rail, a line's once a train has it. */
export function legOf(position: Position | null, facts: TraceFacts): 'vessel' | 'rail' {
  const isTrain = position?.code.startsWith('rail-') ?? false;
  return facts.providerType === 'rail' || (facts.providerType === 'line' && isTrain) ? 'rail' : 'vessel';
}

/**
 * The canonical status of a box that was found (contract s5). First match wins: gone · appointment · hold · available · where
 * it is. Terminals never get a railroad's statuses, railroads never a vessel's; `on_hold` takes a standing hold.
 */
export function deriveStatus(box: StatusFacts, facts: TraceFacts): CanonicalStatus {
  const isExport = facts.service !== 'availability';
  const step = stepAt(box.position, facts);
  const isGone = step?.where === 'left' || (isExport && step?.where === 'at_facility');
  if (isGone && step) return step.status;
  if (has(box, 'appointment')) return 'appointment_set';
  if (has(box, 'hold')) return 'on_hold';
  return isExport ? exportStatus(box) : importStatus(box, facts);
}

function importStatus(box: StatusFacts, facts: TraceFacts): CanonicalStatus {
  const isTrain = legOf(box.position, facts) === 'rail';
  if (box.available === true) return isTrain ? 'rail_available' : 'available';
  const step = stepAt(box.position, facts);
  if (step) return step.status;
  if (whereIs(box, facts) !== 'en_route') return 'booked';
  return isTrain ? 'on_rail' : 'on_vessel';
}

function exportStatus({ events }: StatusFacts): CanonicalStatus {
  const isReady = events.some(
    ({ code, data }) => code === 'appointment-ready' && data.readyForAppointment === true,
  );
  return isReady ? 'export_ready' : 'booked';
}

function has({ events }: StatusFacts, wanted: StatusEvent['code']): boolean {
  return events.some(({ code }) => code === wanted);
}
