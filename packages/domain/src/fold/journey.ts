import type { Milestone, MilestoneCode, Observed } from '../observation.ts';
import { toEpochMs } from '../time.ts';
import type { Position, TraceFacts, TraceState } from '../trace-state.ts';
import { readPosition, stepAt } from './position.ts';
import { stepCode } from './steps.ts';

/** What an observation says about this trip. */
export interface Journey {
  milestones: Milestone[];
  position: Position | null;
  /** Facts of another trip of the same box, left out. */
  dropped: string[];
}

const lastWords: ReadonlySet<MilestoneCode> = new Set(['outgated', 'delivered', 'returned']);
const vesselWords: ReadonlySet<MilestoneCode> = new Set(['loaded', 'departed', 'arrived', 'discharged']);
const trainWords: ReadonlySet<MilestoneCode> = new Set([
  'rail-loaded',
  'rail-departed',
  'rail-arrived',
  'rail-unloaded',
]);

// Sources round to dates and leave zones out, so events of one day may come in any order.
const toleranceMs = 24 * 3_600_000;

/**
 * Splits off what belongs to another trip: a number is not a journey, and sources keep the last visit or go on to the next.
 * A box that has left cannot be discharged, or be expected, a day later.
 */
export function readJourney(observed: Observed, known: TraceState | null, facts: TraceFacts): Journey {
  const { milestones } = observed;
  const foreign = facts.service === 'availability' ? findForeign(milestones, known, facts) : new Set();
  const ours = milestones.filter((one) => !foreign.has(one));
  const dropped = milestones
    .filter((one) => foreign.has(one))
    .map(({ code, time }) => `${code} ${time?.at ?? ''} belongs to another trip`);
  return { milestones: ours, position: readPosition(ours, facts), dropped };
}

/** Facts up to the end of the trip before, and from the begin of the next one. */
function findForeign(
  milestones: readonly Milestone[],
  known: TraceState | null,
  facts: TraceFacts,
): Set<Milestone> {
  const endings = milestones.filter(({ code }) => lastWords.has(code));
  if (endings.length === 0) return new Set();
  const leftAt = (known && leavingOf(known, facts)?.atMs) ?? Number.POSITIVE_INFINITY;
  const begins = beginnings(milestones, facts);
  const nextBegin = Math.min(...begins.filter((begin) => begin > leftAt + toleranceMs));
  const isBefore = (ending: number) =>
    begins.some((begin) => begin < nextBegin && begin > ending + toleranceMs);
  const lastEnd = Math.max(...endings.flatMap((one) => atMs(one) ?? []).filter(isBefore));
  const isForeign = (one: Milestone) => {
    const at = atMs(one);
    // An ending without a time belongs to the visit whose other endings have one.
    if (at === null) return lastEnd > Number.NEGATIVE_INFINITY && lastWords.has(one.code);
    return at <= lastEnd || at >= nextBegin;
  };
  return new Set(milestones.filter(isForeign));
}

function beginnings(milestones: readonly Milestone[], facts: TraceFacts): number[] {
  const words = facts.providerType === 'rail' ? trainWords : vesselWords;
  const isMove = (one: Milestone) => words.has(stepCode(one, facts) ?? 'eta');
  const moves = milestones.filter(isMove);
  // A vessel's next call is no new trip of a box that it brought here.
  const told = moves.length > 0 ? moves : milestones.filter(({ code }) => code === 'eta');
  return told.flatMap((one) => atMs(one) ?? []);
}

/**
 * Why an observation cannot follow what is known: a box that has left is not on its way to the same place. Null when it can.
 * Such an observation is not delivered, it is reported.
 */
export function findRegress(known: TraceState, journey: Journey, facts: TraceFacts): string | null {
  const leaving = leavingOf(known, facts);
  if (!leaving) return null;
  const said = stepAt(journey.position, facts);
  if (said) {
    const isBack = said.where === 'en_route' || said.where === 'arrived';
    return isBack ? `${known.status} -> ${said.status}` : null;
  }
  const leftAt = leaving.atMs ?? toEpochMs(known.observedAt) ?? 0;
  const eta = journey.milestones.find((one) => one.code === 'eta' && (atMs(one) ?? 0) > leftAt);
  return eta ? `${known.status} -> expected ${eta.time?.at}` : null;
}

/** When an import left, as far as that is known; null while it has not. */
function leavingOf({ position }: TraceState, facts: TraceFacts): { atMs: number | null } | null {
  if (facts.service !== 'availability' || stepAt(position, facts)?.where !== 'left') return null;
  return { atMs: toEpochMs(position?.at) };
}

function atMs({ time }: Milestone): number | null {
  return toEpochMs(time?.at);
}
