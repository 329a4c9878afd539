import { type CanonicalStatus, storyEnds } from '@envase/contracts';
import type { TraceDoc } from '@envase/db';
import { presentBookingResult, presentContainerResult } from '@envase/domain';

/** A trace as its owner sees it (contract s9); `state` is the payload that a result would carry now. */
export function presentTrace(trace: TraceDoc, now: Date) {
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
    trip: trace.trip,
    status: presentStatus(trace),
    tracing: trace.tracing,
    stopReason: trace.stopReason,
    createdAt: trace.createdAt.toISOString(),
    lastTracedAt: iso(trace.lastTracedAt),
    nextTraceAt: iso(trace.nextTraceAt),
    why: trace.why,
    sequence: trace.seq,
    state: presentState(trace, now),
  };
}

function presentState(trace: TraceDoc, now: Date): object {
  const present = trace.type === 'BOOKING' ? presentBookingResult : presentContainerResult;
  const { nextTraceAt, lastTracedAt: tracedAt } = trace;
  return present(trace, trace.state, { changes: [], nextTraceAt, tracedAt, now });
}

/** A trace that ended where its box's story did keeps that status; one that was given up is `stopped`. */
function presentStatus(trace: TraceDoc): CanonicalStatus {
  const isGivenUp = trace.stopReason !== null && !storyEnds.includes(trace.stopReason);
  return isGivenUp ? 'stopped' : (trace.state?.status ?? 'not_found');
}
