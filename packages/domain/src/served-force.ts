/** How often a trace was forced, runs that requests share counted once, and when the newest of them takes place. */
export interface Forcing {
  forceSeq: number;
  forcedAt: Date | null;
}

/**
 * Up to which forced run a run at `now` (epoch milliseconds) serves a trace: all of them, except the one that the floor put off
 * to a later time (contract s10 "floor"): that one is still owed, and its result too.
 */
export function servedForceSeq(trace: Forcing, now: number): number {
  const isPutOff = trace.forcedAt !== null && trace.forcedAt.getTime() > now;
  return isPutOff ? trace.forceSeq - 1 : trace.forceSeq;
}
