import { type CanonicalStatus, type StopReason, storyEnds } from '@envase/contracts';
import type { TraceDoc } from '@envase/db';
import { presentBookingResult, presentContainerResult, type TraceState, type Why } from '@envase/domain';

/** What changes of a trace in the course of time. */
export interface TraceMoment {
  trip: number;
  status: CanonicalStatus;
  stopReason: StopReason | null;
  lastTracedAt: Date | null;
  nextTraceAt: Date | null;
  why: Why | null;
  sequence: number;
  /** The payload that a result would carry. */
  state: object;
}

/** A trace as its owner sees it (contract s9); `state` is the payload that a result would carry now. */
export function presentTrace(trace: TraceDoc, now: Date) {
  const { trip, stopReason, lastTracedAt, nextTraceAt, why, seq: sequence } = trace;
  const status = presentStatus(stopReason, trace.state?.status);
  const state = presentState(trace, trace.state, { lastTracedAt, nextTraceAt, now });
  return presentMoment(trace, { trip, status, stopReason, lastTracedAt, nextTraceAt, why, sequence, state });
}

/** The same at another moment. */
export function presentMoment(trace: TraceDoc, moment: TraceMoment) {
  const iso = (at: Date | null) => at?.toISOString() ?? null;
  return {
    id: trace._id,
    orgId: trace.orgId,
    svcId: trace.svcId,
    isTest: trace.isTest,
    type: trace.type,
    service: trace.service,
    number: trace.number,
    providerId: trace.providerId,
    siteId: trace.siteId,
    trip: moment.trip,
    status: moment.status,
    tracing: moment.stopReason === null,
    stopReason: moment.stopReason,
    createdAt: trace.createdAt.toISOString(),
    lastTracedAt: iso(moment.lastTracedAt),
    nextTraceAt: iso(moment.nextTraceAt),
    why: moment.why,
    sequence: moment.sequence,
    state: moment.state,
  };
}

/** The payload that a result with this state would carry; null: nothing is known. */
export function presentState(
  trace: TraceDoc,
  state: TraceState | null,
  at: Pick<TraceMoment, 'lastTracedAt' | 'nextTraceAt'> & { now: Date },
): object {
  const present = trace.type === 'BOOKING' ? presentBookingResult : presentContainerResult;
  const { nextTraceAt, lastTracedAt: tracedAt, now } = at;
  return present(trace, state, { changes: [], nextTraceAt, tracedAt, now });
}

/** A trace that ended where its box's story did keeps that status; one that was given up is `stopped`. */
export function presentStatus(
  stopReason: StopReason | null,
  known: CanonicalStatus = 'not_found',
): CanonicalStatus {
  const isGivenUp = stopReason !== null && !storyEnds.includes(stopReason);
  return isGivenUp ? 'stopped' : known;
}
