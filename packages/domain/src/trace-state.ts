import type {
  CanonicalStatus,
  Carrier,
  Destination,
  Fee,
  LastFreeDay,
  Service,
  StatusEvent,
  StopReason,
  TraceUntil,
} from '@envase/contracts';
import type { BookingFacts, MilestoneCode } from './observation.ts';

/** What is known about one trip of a trace: the fold of its observations, and all that a result shows. Plain JSON. */
export interface TraceState {
  status: CanonicalStatus;
  description: string | null;
  length: string | null;
  isoType: string | null;
  loaded: 'laden' | 'empty' | null;
  billOfLading: string | null;
  carrier: Carrier | null;
  destination: Destination | null;
  /** In the order they were first recorded; standing facts (holds, lfd, …) leave when they no longer stand. */
  events: StatusEvent[];
  fees: Fee[];
  lastFreeDay: LastFreeDay;
  available: boolean | null;
  /** The milestone that says where the box is; status follows from it and from what stands. */
  position: Position | null;
  /** The source last said that nothing holds the box; unlike "it did not say". */
  isSaidClear: boolean;
  /** Only of bookings. */
  booking?: BookingFacts;
  observedAt: string | null;
  providerUpdatedAt: string | null;
  stale: boolean;
}

/**
 * Where a box was last said to be, and since when: not before `at`, null when nothing is said of time. For a box that has
 * left, `at` is when it was first known to have left.
 */
export interface Position {
  code: MilestoneCode;
  at: string | null;
}

/** What `fold` and `plan` need to know of a trace besides its state. */
export interface TraceFacts {
  service: Service;
  providerType: 'terminal' | 'rail' | 'line';
  traceUntil: TraceUntil;
  /** IANA zone of the trace's site, null when unknown. */
  zone: string | null;
}

/** Why a trace runs when it does: recomputable from the inputs (architecture, Scheduling). */
export interface Why {
  rule: string;
  inputs: Record<string, string | number | boolean | null>;
  losers: { rule: string; reason: string }[];
}

/** 0 is the most urgent (architecture, Scheduling). */
export type PriorityClass = 0 | 1 | 2 | 3;

export interface Plan {
  /** Epoch milliseconds; null only when tracing has ended. */
  nextTraceAt: number | null;
  priority: PriorityClass;
  why: Why;
  /** Set when tracing ends now. */
  stopReason: StopReason | null;
}
