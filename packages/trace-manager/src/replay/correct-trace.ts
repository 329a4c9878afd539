import { isDeepStrictEqual } from 'node:util';
import type { Change, StatusEvent } from '@envase/contracts';
import type { TraceDoc } from '@envase/db';
import { diffStates, keyEvents, type TraceState } from '@envase/domain';
import { emitStopped } from '../settling/emit.ts';
import { emitResult } from '../settling/settle.ts';
import type { Refolded } from './refold-trip.ts';

/** What today's mapper changes of a trace, and the trace as it knows that. */
export interface Correction {
  /** Never empty; the words of a result's `changes`. */
  changes: Change[];
  /** Null where tracing has ended: `TRACE_STOPPED` is the last word of a trip (contract s4). */
  corrected: TraceDoc | null;
}

/**
 * The state of a trace corrected by a trip read anew, with a result that tells so from now on: what was told before stays what was
 * known then (`knownAt`). Its next run stays as planned. Null where nothing that is told differs.
 */
export function correctTrace(trace: TraceDoc, refolded: Refolded, now: number): Correction | null {
  const { state } = trace;
  const { before, today } = refolded;
  if (state === null || before === null || today === null || refolded.reread === 0) return null;
  const events = keepRecorded({ known: state.events, before: before.events, today: today.events }, now);
  // An answer read anew is no fresher than it was.
  const { observedAt, stale } = state;
  const next: TraceState = { ...today, events, observedAt, stale };
  const changes = diffStates(state, next);
  if (changes.length === 0) return null;
  return { changes, corrected: trace.tracing ? tell(trace, { next, changes, refolded, now }) : null };
}

/**
 * What the mapper does not change stays as it was recorded; a corrected event keeps its `eventDate`, a new one is recorded now
 * (contract s10).
 */
function keepRecorded(
  events: { known: readonly StatusEvent[]; before: readonly StatusEvent[]; today: readonly StatusEvent[] },
  now: number,
): StatusEvent[] {
  const [known, before] = [keyEvents(events.known), keyEvents(events.before)];
  return [...keyEvents(events.today)].map(([key, event]) => {
    const recorded = known.get(key);
    if (recorded && isDeepStrictEqual(before.get(key), event)) return recorded;
    const eventDate = recorded?.eventDate ?? new Date(now).toISOString();
    return { ...event, eventDate, date: recorded?.date ?? eventDate };
  });
}

function tell(
  trace: TraceDoc,
  by: { next: TraceState; changes: Change[]; refolded: Refolded; now: number },
): TraceDoc {
  const { next: state, changes, refolded, now } = by;
  const tracedAt = trace.lastTracedAt ?? new Date(now);
  const { ended } = refolded;
  const known: TraceDoc = {
    ...trace,
    rev: trace.rev + 1,
    state,
    nextTraceAt: ended ? null : trace.nextTraceAt,
  };
  const told = emitResult(known, { state, changes, tracedAt }, now);
  return ended ? emitStopped(told, { reason: ended, now }) : told;
}
