import type { CanonicalStatus } from '@envase/contracts';
import type { Facts } from './facts.ts';
import { factsOf } from './facts.ts';
import type { Hold, Milestone, Script, Step, Truth } from './script.ts';
import { initialTruth } from './script.ts';

/** A journey that has a box, a place and a beginning. Instants are epoch milliseconds. */
export interface Trip {
  seed: string;
  number: string;
  script: Script;
  /** Where the provider has the box; null where it has one site only. */
  site: string | null;
  startAt: number;
  /** Simulated time runs this many times faster than real time. */
  speed: number;
}

export interface StatedEstimate {
  of: Milestone;
  at: number;
  saidAt: number;
  planned: boolean;
}

/** One step that has happened, with what it changed. */
export interface Happening {
  step: string;
  at: number;
  marks: readonly Milestone[];
  placed: readonly Hold[];
  lifted: readonly Hold[];
}

/** All that is true of a box at one moment. Every wire format is a pure function of it. */
export interface BoxState extends Truth {
  number: string;
  site: string | null;
  startAt: number;
  now: number;
  status: CanonicalStatus;
  found: boolean;
  /** When what happened, happened. */
  happened: Partial<Record<Milestone, number>>;
  /** When what has not happened, will. */
  expected: Partial<Record<Milestone, number>>;
  /** Every estimate made so far, oldest first. */
  estimates: readonly StatedEstimate[];
  history: readonly Happening[];
  /** When the standing last free day was set. */
  freeDaysSetAt: number;
  appointmentAt: number | null;
  facts: Facts;
  seed: string;
}

/** The real instant of a step. */
export function instantOf(trip: Trip, step: Pick<Step, 'at'>): number {
  return trip.startAt + Math.round((step.at * 60_000) / trip.speed);
}

// The last marking counts: a milestone that was withdrawn may happen again.
function scheduled(trip: Trip, milestone: Milestone): number | null {
  const step = trip.script.steps.findLast((one) => one.marks?.includes(milestone));
  return step ? instantOf(trip, step) : null;
}

function shifted(trip: Trip, milestone: Milestone, minutes: number): number | null {
  const at = scheduled(trip, milestone);
  return at === null ? null : at + Math.round((minutes * 60_000) / trip.speed);
}

function happeningOf(trip: Trip, step: Step, before: Truth): Happening {
  const holds = step.change?.holds ?? before.holds;
  return {
    step: step.id,
    at: instantOf(trip, step),
    marks: step.marks ?? [],
    placed: holds.filter((hold) => !before.holds.includes(hold)),
    lifted: before.holds.filter((hold) => !holds.includes(hold)),
  };
}

function estimateOf(trip: Trip, step: Step): StatedEstimate[] {
  if (!step.estimate) return [];
  const at = shifted(trip, step.estimate.of, step.estimate.offBy);
  const { of, planned = false } = step.estimate;
  return at === null ? [] : [{ of, at, saidAt: instantOf(trip, step), planned }];
}

function milestonesOf(trip: Trip, past: readonly Step[], coming: readonly Step[]) {
  const happened: Partial<Record<Milestone, number>> = {};
  const expected: Partial<Record<Milestone, number>> = {};
  for (const step of past) {
    for (const milestone of step.unmarks ?? []) delete happened[milestone];
    for (const milestone of step.marks ?? []) happened[milestone] = instantOf(trip, step);
  }
  for (const step of coming) {
    for (const milestone of step.marks ?? []) expected[milestone] ??= instantOf(trip, step);
  }
  return { happened, expected };
}

/** What is true of the box of a trip at `now`. Pure: the same trip and moment give the same state. */
export function boxState(trip: Trip, now: number): BoxState {
  const past = trip.script.steps.filter((step) => instantOf(trip, step) <= now);
  const coming = trip.script.steps.filter((step) => instantOf(trip, step) > now);
  let truth = initialTruth;
  let freeDaysSetAt = trip.startAt;
  const history: Happening[] = [];
  for (const step of past) {
    history.push(happeningOf(trip, step, truth));
    truth = { ...truth, ...step.change };
    if (step.change?.freeDays !== undefined) freeDaysSetAt = instantOf(trip, step);
  }
  const status = past.at(-1)?.status ?? 'not_found';
  const lead = truth.appointmentLead;
  return {
    ...truth,
    ...milestonesOf(trip, past, coming),
    number: trip.number,
    site: trip.site,
    startAt: trip.startAt,
    now,
    status,
    found: status !== 'not_found',
    estimates: past.flatMap((step) => estimateOf(trip, step)),
    history,
    freeDaysSetAt,
    appointmentAt: lead === null ? null : shifted(trip, 'outgated', -lead),
    facts: factsOf(trip.seed, trip.number),
    seed: trip.seed,
  };
}

/** The newest estimate of a milestone, or null. */
export function latestEstimate(state: BoxState, of: Milestone): number | null {
  return state.estimates.findLast((estimate) => estimate.of === of)?.at ?? null;
}
