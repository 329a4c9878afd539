import type { CanonicalStatus } from '@envase/contracts';
import type { BoxState, Trip } from '../journey/box-state.ts';
import { boxState, instantOf, latestEstimate } from '../journey/box-state.ts';
import type { JourneyKind, Milestone, Script } from '../journey/script.ts';
import type { WireProvider } from '../providers/provider.ts';
import { addDays, localTime } from '../zone.ts';

/** A journey as its catalogue shows it. Minutes are simulated, counted from the start. */
export interface ScriptView {
  name: string;
  kinds: readonly JourneyKind[];
  summary: string;
  /** The status in which tracing of it ends. */
  end: CanonicalStatus;
  endsAtMinutes: number;
  totalMinutes: number;
  steps: { id: string; atMinutes: number; status: CanonicalStatus; marks: readonly Milestone[] }[];
}

/** What the control API says of a box: the script with its real times (ISO 8601), and what is true now. */
export interface BoxView {
  providerId: string;
  kind: JourneyKind;
  number: string;
  journey: string;
  site: string | null;
  startAt: string;
  now: string;
  status: CanonicalStatus;
  /** Statuses that a reader of this provider's wire may rightly conclude now. */
  readableAs: readonly CanonicalStatus[];
  end: CanonicalStatus;
  /** Whether the status of the end has been reached. */
  ended: boolean;
  endsAt: string;
  steps: {
    id: string;
    at: string;
    status: CanonicalStatus;
    readableAs: readonly CanonicalStatus[];
    reached: boolean;
  }[];
  state: {
    available: boolean;
    holds: { kind: string; text: string }[];
    demurrageOwed: string;
    lastFreeDay: string | null;
    appointmentAt: string | null;
    eta: string | null;
    happened: Partial<Record<Milestone, string>>;
    billOfLading: string;
    vesselName: string;
  };
}

const iso = (ms: number) => new Date(ms).toISOString();

function endStep(script: Script) {
  return script.steps.find((step) => step.status === script.end);
}

/** The catalogue's view of a journey. */
export function presentScript(script: Script): ScriptView {
  const { name, kinds, summary, end } = script;
  return {
    name,
    kinds,
    summary,
    end,
    endsAtMinutes: endStep(script)?.at ?? 0,
    totalMinutes: script.steps.at(-1)?.at ?? 0,
    steps: script.steps.map(({ id, at, status, marks }) => ({
      id,
      atMinutes: at,
      status,
      marks: marks ?? [],
    })),
  };
}

function presentState(state: BoxState, zone: string): BoxView['state'] {
  const eta = latestEstimate(state, 'arrived') ?? latestEstimate(state, 'deramped');
  const set = localTime(state.freeDaysSetAt, zone).date;
  return {
    available: state.available,
    holds: state.holds.map((hold) => ({ ...hold })),
    demurrageOwed: state.owed,
    lastFreeDay: state.freeDays === null ? null : addDays(set, state.freeDays),
    appointmentAt: state.appointmentAt === null ? null : iso(state.appointmentAt),
    eta: eta === null ? null : iso(eta),
    happened: Object.fromEntries(Object.entries(state.happened).map(([name, at]) => [name, iso(at)])),
    billOfLading: state.facts.billOfLading,
    vesselName: state.facts.vesselName,
  };
}

/** What is true of a trip at a moment, for those who test the readers of the wire. */
export function presentBox(
  provider: WireProvider,
  about: { kind: JourneyKind; trip: Trip },
  now: number,
): BoxView {
  const { kind, trip } = about;
  const state = boxState(trip, now);
  const { script } = trip;
  const readableAs = (status: CanonicalStatus) => provider.readableAs[status] ?? [status];
  const end = endStep(script);
  const zone = provider.sites.find((site) => site.id === trip.site)?.zone ?? 'UTC';
  return {
    providerId: provider.id,
    kind,
    number: trip.number,
    journey: script.name,
    site: trip.site,
    startAt: iso(trip.startAt),
    now: iso(now),
    status: state.status,
    readableAs: readableAs(state.status),
    end: script.end,
    ended: end !== undefined && instantOf(trip, end) <= now,
    endsAt: iso(instantOf(trip, end ?? { at: 0 })),
    steps: script.steps.map((step) => ({
      id: step.id,
      at: iso(instantOf(trip, step)),
      status: step.status,
      readableAs: readableAs(step.status),
      reached: instantOf(trip, step) <= now,
    })),
    state: presentState(state, zone),
  };
}
