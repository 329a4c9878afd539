import type { TraceDoc } from '@envase/db';

/**
 * Up to which forced run a run at `now` serves a trace: all of them, except the one that the floor put off to a later time
 * (contract s10 "floor"): that one is still owed, and its result too.
 */
export function servedForceSeq(trace: Pick<TraceDoc, 'forceSeq' | 'forcedAt'>, now: number): number {
  const isPutOff = trace.forcedAt !== null && trace.forcedAt.getTime() > now;
  return isPutOff ? trace.forceSeq - 1 : trace.forceSeq;
}
