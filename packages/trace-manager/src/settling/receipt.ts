import type { ObservationDoc, TraceDoc } from '@envase/db';
import type { Plan, Why } from '@envase/domain';

/** Remembers what is outstanding at a provider after an observation. One that says nothing of it changes nothing. */
export function noteReceipt(trace: TraceDoc, observation: ObservationDoc): TraceDoc {
  const { receipt } = observation;
  if (!receipt) return trace;
  if (receipt.reference === null) return trace.awaiting ? { ...trace, awaiting: null } : trace;
  const { reference } = receipt;
  const isSame = trace.awaiting?.reference === reference;
  const since = isSame && trace.awaiting ? trace.awaiting.since : observation.observedAt;
  const lookAt = new Date(observation.lastAt.getTime() + (receipt.waitMs ?? 0));
  return { ...trace, awaiting: { reference, since, lookAt } };
}

/**
 * The plan of a trace whose provider answers later: it runs when there is something to look at, not by the cadence of its box,
 * which only ends it and says how urgent it is. Failed attempts back off as always.
 */
export function planWait(planned: Plan, trace: TraceDoc, last: ObservationDoc | undefined): Plan {
  if (planned.stopReason !== null || trace.failures > 0) return planned;
  const wait = readWait(trace, last);
  if (!wait) return planned;
  const losers = [{ rule: planned.why.rule, reason: 'the provider answers later' }, ...planned.why.losers];
  return {
    ...planned,
    nextTraceAt: wait.at,
    why: { rule: wait.rule, inputs: inputsOf(trace, wait), losers },
  };
}

interface Wait {
  at: number;
  rule: string;
}

function readWait({ awaiting }: TraceDoc, last: ObservationDoc | undefined): Wait | null {
  const receipt = last?.receipt;
  if (last && receipt) {
    if (receipt.waitMs === null) return null;
    return { at: Math.ceil(last.lastAt.getTime() + receipt.waitMs), rule: receipt.rule };
  }
  return awaiting ? { at: awaiting.lookAt.getTime(), rule: 'waiting' } : null;
}

function inputsOf({ awaiting }: TraceDoc, { at }: Wait): Why['inputs'] {
  const lookAt = new Date(at).toISOString();
  return awaiting
    ? { reference: awaiting.reference, since: awaiting.since.toISOString(), lookAt }
    : { lookAt };
}
