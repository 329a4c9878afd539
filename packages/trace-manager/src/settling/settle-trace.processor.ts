import type { ObservationRepository, TraceDoc, TraceRepository } from '@envase/db';
import { failpoint } from '@envase/runtime';
import type { DeliverOutbox } from './deliver-outbox.ts';
import { type SettleContext, settle } from './settle.ts';

export interface SettleTraceDeps {
  traces: TraceRepository;
  observations: ObservationRepository;
  deliverOutbox: DeliverOutbox;
  /** Queues a run of traces that are due now. */
  runNow: (traces: readonly TraceDoc[]) => Promise<void>;
  contextOf: (trace: TraceDoc) => SettleContext;
}

/** `trace.settle`: unsettled observations → one compare-and-set → outbox. A lost race reloads and folds again. */
export function createSettleTrace(deps: SettleTraceDeps) {
  const { traces, observations, deliverOutbox, runNow, contextOf } = deps;
  return async ({ traceId }: { traceId: string }): Promise<void> => {
    for (;;) {
      const trace = await traces.get(traceId);
      if (!trace) return;
      const unsettled = await observations.findUnsettled(traceId, trace.settled);
      if (unsettled.length === 0) return deliverOutbox(trace);
      const context = contextOf(trace);
      const settled = settle(trace, unsettled, context);
      await failpoint('settle.before-swap');
      const lost = await traces.swap([{ expectedRev: trace.rev, trace: settled }]);
      if (lost.length > 0) continue;
      await failpoint('settle.after-swap');
      await deliverOutbox(settled);
      if (settled.nextTraceAt && settled.nextTraceAt.getTime() <= context.now) await runNow([settled]);
      return;
    }
  };
}
