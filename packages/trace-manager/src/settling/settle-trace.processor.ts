import type { ObservationDoc, ObservationRepository, TraceDoc, TraceRepository } from '@envase/db';
import { asError, failpoint } from '@envase/runtime';
import type { DeliverOutbox } from './deliver-outbox.ts';
import { isNewlyQuarantined } from './quarantined-facts.ts';
import { type SettleContext, setAside, settle } from './settle.ts';

export interface SettleTraceDeps {
  traces: TraceRepository;
  observations: ObservationRepository;
  deliverOutbox: DeliverOutbox;
  /** Queues a run of traces that are due now. */
  runNow: (traces: readonly TraceDoc[]) => Promise<void>;
  contextOf: (trace: TraceDoc) => Promise<SettleContext>;
  /** Told of each trace that its provider answered for the first time on a day. */
  countTracing?: (trace: TraceDoc) => void;
  /** Told of each trace whose provider said what cannot be true: a mapper or a source is at fault. */
  reportQuarantined?: (trace: TraceDoc) => void;
}

/**
 * `trace.settle`: unsettled observations → one compare-and-set → outbox. A lost race reloads and folds again. Where folding fails
 * the trace is planned with back-off first, then the job fails, visibly and once.
 */
export function createSettleTrace(deps: SettleTraceDeps) {
  return async ({ traceId }: { traceId: string }): Promise<void> => {
    while ((await settleOnce(traceId, deps)) === 'lost');
  };
}

async function settleOnce(traceId: string, deps: SettleTraceDeps): Promise<'done' | 'lost'> {
  const { traces, observations, deliverOutbox, runNow, contextOf } = deps;
  const trace = await traces.get(traceId);
  if (!trace) return 'done';
  const unsettled = await observations.findUnsettled(traceId, trace.settled);
  if (unsettled.length === 0) {
    await deliverOutbox(trace);
    return 'done';
  }
  const context = await contextOf(trace);
  const { settled, fault } = trySettle(trace, unsettled, context);
  await failpoint('settle.before-swap');
  const lost = await traces.swap([{ expectedRev: trace.rev, trace: settled }]);
  if (lost.length > 0) return 'lost';
  await failpoint('settle.after-swap');
  if (isFirstOfDay(trace, settled)) deps.countTracing?.(settled);
  if (isNewlyQuarantined(trace, settled)) deps.reportQuarantined?.(settled);
  await deliverOutbox(settled);
  if (settled.nextTraceAt && settled.nextTraceAt.getTime() <= context.now) await runNow([settled]);
  if (fault) throw fault;
  return 'done';
}

function isFirstOfDay(before: TraceDoc, { lastTracedAt }: TraceDoc): boolean {
  return lastTracedAt !== null && dayOf(before.lastTracedAt) !== dayOf(lastTracedAt);
}

function dayOf(at: Date | null): string | undefined {
  return at?.toISOString().slice(0, 10);
}

function trySettle(
  trace: TraceDoc,
  unsettled: readonly ObservationDoc[],
  context: SettleContext,
): { settled: TraceDoc; fault: Error | null } {
  try {
    return { settled: settle(trace, unsettled, context), fault: null };
  } catch (error) {
    return { settled: setAside(trace, unsettled, context), fault: asError(error) };
  }
}
