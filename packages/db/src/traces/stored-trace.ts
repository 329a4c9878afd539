import type { mongo } from 'mongoose';
import type { TraceDoc } from '../documents.ts';

/** A trace with what only the repository knows of. */
export interface StoredTrace extends TraceDoc {
  /**
   * The later of `nextTraceAt` and the end of the lease: due and not leased is one range of one index, however many
   * traces are waiting to run or are running. Null when tracing has ended.
   */
  pumpAt: Date | null;
}

export type Traces = mongo.Collection<StoredTrace>;

export const hidden = { pumpAt: 0 } as const;

export function toStored(trace: TraceDoc): StoredTrace {
  const { tracing, nextTraceAt, queuedUntil } = trace;
  if (!tracing || nextTraceAt === null) return { ...trace, pumpAt: null };
  const isLeasedLonger = queuedUntil !== null && queuedUntil > nextTraceAt;
  return { ...trace, pumpAt: isLeasedLonger ? queuedUntil : nextTraceAt };
}
