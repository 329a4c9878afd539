import { createApplyRequest } from '../src/orders/apply-request.processor.ts';
import { createRunNow } from '../src/run-now.ts';
import { createDeliverOutbox } from '../src/settling/deliver-outbox.ts';
import { createSettleTrace, type SettleTraceDeps } from '../src/settling/settle-trace.processor.ts';
import type { Manager } from './open-manager.ts';

/** The processors as `start.ts` wires them, to be called by hand. */
export function wire(
  { program, clock, rules, askable, readPaused, logger }: Manager,
  told: Pick<SettleTraceDeps, 'reportQuarantined'> = {},
) {
  const { db, producer } = program;
  const { events, traces, observations } = db.repositories;
  const deliverOutbox = createDeliverOutbox({ events, traces, producer, logger });
  const runNow = createRunNow({ producer, askable, readPaused, logger });
  return {
    apply: createApplyRequest({ events, traces, clock, deliverOutbox, runNow, rulesOf: rules.ofOrder }),
    settle: createSettleTrace({
      traces,
      observations,
      deliverOutbox,
      runNow,
      contextOf: rules.ofSettling,
      ...told,
    }),
  };
}
