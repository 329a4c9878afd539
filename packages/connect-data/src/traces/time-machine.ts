import type { CanonicalStatus, StoppedResult, StopReason } from '@envase/contracts';
import type { EventDoc, EventRepository, Tenant, TraceDoc } from '@envase/db';
import { AppError } from '@envase/runtime';
import { type FoldUntilDeps, foldUntil } from './fold-until.ts';
import { presentMoment, presentState, presentStatus, type TraceMoment } from './present-trace.ts';

/** `asOf`: what was true then, by all that is known of it today. `knownAt`: what had been told by then (contract s7). */
export interface Asked {
  kind: 'asOf' | 'knownAt';
  at: Date;
}

export type ReadPast = (tenant: Tenant, trace: TraceDoc, asked: Asked) => Promise<object>;

/** Shows a trace at an earlier moment. Throws `not_found` for one before it was there (contract s10 "time machine"). */
export function createReadPast(
  deps: FoldUntilDeps & { events: Pick<EventRepository, 'findTold'> },
): ReadPast {
  return async (tenant, trace, { kind, at }) => {
    if (at < trace.createdAt) throw new AppError('not_found', 'There was no such trace then');
    const { trip, from } = findTrip(trace, at);
    const told = await deps.events.findTold(tenant, trace._id, at);
    const past = { trip, sequence: told.newest?.sequence ?? 0, stopReason: readStop(told.newest, from) };
    if (kind === 'knownAt') return presentMoment(trace, recall(trace, told.result, { ...past, from, at }));
    const { state, lastTracedAt } = await foldUntil(deps, trace, { from, until: at });
    return presentMoment(trace, {
      ...past,
      status: presentStatus(past.stopReason, state?.status),
      lastTracedAt,
      // Plans are not observed.
      nextTraceAt: null,
      why: null,
      state: presentState(trace, state, { lastTracedAt, nextTraceAt: null, now: at }),
    });
  };
}

/** Which trip was under way, and since when. */
export function findTrip(
  trace: Pick<TraceDoc, 'trip' | 'createdAt' | 'tripStartedAt' | 'earlierTrips'>,
  at: Date,
): { trip: number; from: Date } {
  const { trip, createdAt, tripStartedAt, earlierTrips = [] } = trace;
  const starts = [...earlierTrips, tripStartedAt];
  const later = starts.filter((start) => start > at).length;
  return { trip: Math.max(1, trip - later), from: starts[starts.length - 1 - later] ?? createdAt };
}

/** Why tracing had ended: told last, and no trip had begun since. */
function readStop(newest: EventDoc | null, from: Date): StopReason | null {
  if (newest?.action !== 'TRACE_STOPPED' || newest.createdAt < from) return null;
  return (newest.payload as StoppedResult).reason; // as the Trace Manager tells it
}

type Past = Pick<TraceMoment, 'trip' | 'sequence' | 'stopReason'> & { from: Date; at: Date };

/** What the last result of the trip said; before its first, that nothing was known. */
function recall(trace: TraceDoc, result: EventDoc | null, { from, at, ...past }: Past): TraceMoment {
  const payload = result && result.createdAt >= from ? readResult(result) : null;
  const lastTracedAt = toDate(payload?.tracedAt);
  const nextTraceAt = past.stopReason === null ? toDate(payload?.nextTraceAt) : null;
  const status = presentStatus(past.stopReason, payload?.status);
  const state = payload ?? presentState(trace, null, { lastTracedAt, nextTraceAt, now: at });
  // Why it runs when it does is explained, not told.
  return { ...past, status, lastTracedAt, nextTraceAt, why: null, state };
}

/** What every result carries, of whichever service (contract s10 "shapes"). */
interface ToldResult {
  status: CanonicalStatus;
  tracedAt: string | null;
  nextTraceAt: string | null;
}

function readResult({ payload }: EventDoc): ToldResult {
  return payload as ToldResult; // as the Trace Manager tells it
}

function toDate(text: string | null | undefined): Date | null {
  return text ? new Date(text) : null;
}
