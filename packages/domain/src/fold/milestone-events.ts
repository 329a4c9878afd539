import type { EventCode, EventLocation, StatusEvent } from '@envase/contracts';
import type { Milestone, MilestoneCode, Observed, SourceTime } from '../observation.ts';
import { toEpochMs } from '../time.ts';
import type { TraceFacts } from '../trace-state.ts';
import { type EventDraft, eventKey, keepEvent } from './event-draft.ts';
import type { Where } from './steps.ts';

/** Milestones with a code on the wire and the key that holds their time; the others only move the status (contract s4). */
const wireTimes: Partial<Record<MilestoneCode, { code: EventCode; timeKey: string | null }>> = {
  eta: { code: 'eta', timeKey: 'eta' },
  arrived: { code: 'arrived', timeKey: 'arrived' },
  discharged: { code: 'discharged', timeKey: 'discharged' },
  grounded: { code: 'grounded', timeKey: null },
  outgated: { code: 'outgated', timeKey: 'outgated' },
  returned: { code: 'returned', timeKey: 'returned' },
  completed: { code: 'completed', timeKey: null },
};

export interface MilestoneContext {
  known: ReadonlyMap<string, StatusEvent>;
  facts: TraceFacts;
  where: Where;
  /** Where an event happened if its source does not say. */
  facility: EventLocation | null;
  lot: Observed['lot'];
}

/** Events of what has happened or is expected. Once known they stay for the trip; better times replace the known ones. */
export function draftMilestones(milestones: readonly Milestone[], context: MilestoneContext): EventDraft[] {
  const said = latestByKey(withGrounded(milestones, context), context);
  const codes = new Set(Object.values(wireTimes).map(({ code }) => code));
  const kept = [...context.known].filter(([key, { code }]) => codes.has(code) && !said.has(key));
  return [
    ...kept.map(([key, event]) => keepEvent(key, event)),
    ...[...said].map(([key, milestone]) => draft(key, milestone, context)),
  ];
}

/** A lot means on the ground, once the box is known to be there. */
function withGrounded(milestones: readonly Milestone[], context: MilestoneContext): Milestone[] {
  if (saidLot(context) === null) return [...milestones];
  return [{ code: 'grounded', time: null, location: null }, ...milestones];
}

function latestByKey(milestones: readonly Milestone[], context: MilestoneContext): Map<string, Milestone> {
  const latest = new Map<string, Milestone>();
  for (const milestone of milestones) {
    const wire = wireTimes[milestone.code];
    if (!wire || isSettled(milestone, context)) continue;
    const key = eventKey(wire.code, legOf(milestone, context.facts));
    const other = latest.get(key);
    const isLater = (toEpochMs(milestone.time?.at) ?? 0) >= (toEpochMs(other?.time?.at) ?? 0);
    if (!other || isLater) latest.set(key, milestone);
  }
  return latest;
}

/** Once a box is off the vessel, a new estimate is about the vessel's next call. */
function isSettled({ code, mode }: Milestone, { facts, where }: MilestoneContext): boolean {
  if (code !== 'eta' || facts.service !== 'availability') return false;
  const isVessel = facts.providerType !== 'rail' && mode !== 'rail';
  return where === 'left' || (where === 'at_facility' && isVessel);
}

function draft(key: string, milestone: Milestone, context: MilestoneContext): EventDraft {
  // `latestByKey` keeps only milestones that are in the table.
  const { code, timeKey } = wireTimes[milestone.code] as { code: EventCode; timeKey: string | null };
  const known = context.known.get(key);
  const time = timeKey === null ? {} : timedData(timeKey, milestone.time, known?.data);
  const data = { ...time, ...legOf(milestone, context.facts) };
  const location = milestone.location ?? known?.location ?? context.facility;
  const lot = code === 'grounded' ? (saidLot(context) ?? location?.lot ?? known?.location?.lot) : undefined;
  return {
    key,
    code,
    location: lot === undefined ? location : atLot(lot, location, context.facts),
    data: () => data,
  };
}

/** Lines speak of two legs, so `mode` tells their events apart; everyone else has one. */
function legOf({ mode }: Milestone, { providerType }: TraceFacts): { mode?: string } {
  return providerType === 'line' && mode === 'rail' ? { mode } : {};
}

function timedData(timeKey: string, said: SourceTime | null, known: StatusEvent['data'] | undefined) {
  if (!said) return known ?? { [timeKey]: null };
  return isSameTime(known?.[timeKey], said, known?.zoneAssumed === true)
    ? (known ?? {})
    : writeTime(timeKey, said);
}

/** A source's time under its key, marked where its zone was assumed. */
export function writeTime(timeKey: string, time: SourceTime): Record<string, unknown> {
  return { [timeKey]: time.at, ...(time.zoneAssumed ? { zoneAssumed: true } : {}) };
}

/** The same instant in another spelling is no news. */
function isSameTime(known: unknown, said: SourceTime, isKnownAssumed: boolean): boolean {
  if (typeof known !== 'string' || isKnownAssumed !== (said.zoneAssumed === true)) return false;
  return known === said.at || (toEpochMs(known) !== null && toEpochMs(known) === toEpochMs(said.at));
}

function saidLot({ where, lot }: MilestoneContext): string | null {
  return where === 'at_facility' ? lot : null;
}

function atLot(lot: string, location: EventLocation | null, facts: TraceFacts): EventLocation {
  const type = facts.providerType === 'rail' ? 'rail' : 'terminal';
  return { ...(location ?? { type, siteId: null, name: null }), lot };
}
