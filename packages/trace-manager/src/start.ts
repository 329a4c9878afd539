import { createReadCadence, createReadPaused, type ReadPaused, type TraceDoc } from '@envase/db';
import { openProgram, type Program } from '@envase/program';
import { createLaneWorker, traceRequests, traceResults, watchEpoch } from '@envase/queues';
import { type Clock, createClock, type MainContext } from '@envase/runtime';
import { type Askable, createAskable } from './askable.ts';
import type { TraceManagerConfig } from './config.ts';
import { createApplyRequest } from './orders/apply-request.processor.ts';
import { createOutboxPump, createRequestPump, createTracePump } from './pumps.ts';
import { createQuarantine } from './quarantine.ts';
import { createRules, type Rules } from './rules.ts';
import { createRunNow } from './run-now.ts';
import { createDeliverOutbox } from './settling/deliver-outbox.ts';
import { createSettleTrace } from './settling/settle-trace.processor.ts';
import { watchOverdue } from './watch-overdue.ts';

/** Starts the Trace Manager: it applies requests, settles observations, and pumps what is due to each provider. */
export async function startTraceManager(config: TraceManagerConfig, context: MainContext): Promise<void> {
  const program = await openProgram({
    ...context,
    name: 'trace-manager',
    config,
    isReadyWithoutRedis: false,
  });
  const clock = createClock({ speed: config.SPEED });
  const { traces, pauses, cadenceRules, providerStates: states } = program.db.repositories;
  const readPaused = createReadPaused({ pauses, clock });
  const askable = createAskable({ states, readPaused, clock });
  const rules = createRules({ clock, readCadence: createReadCadence({ cadenceRules }) });
  const by = { clock, askable, readPaused, rules };
  startWorkers(program, by);
  startPumps(program, { ...by, context });
  const { metrics, logger } = program;
  const overdue = watchOverdue({ traces, readPaused, clock, metrics, logger });
  context.shutdown.add('overdue watch', () => overdue.stop());
}

interface Parts {
  clock: Clock;
  askable: Askable;
  readPaused: ReadPaused;
  rules: Rules;
}

/** Runs both lanes. `timing` shortens lock and stall check in tests. */
export function startWorkers(
  program: Program,
  by: Parts & { timing?: { lockMs: number; stallCheckMs: number } },
): void {
  const { clock, askable, readPaused, rules, timing } = by;
  const { db, producer, workerRedis: redis, prefix, gate, logger, metrics, usage } = program;
  const { events, traces, observations } = db.repositories;
  const deliverOutbox = createDeliverOutbox({ events, traces, producer, logger });
  const runNow = createRunNow({ producer, askable, readPaused, logger });
  const quarantine = createQuarantine({ events, traces, clock, metrics });
  const rulesOf = rules.ofOrder;
  const contextOf = rules.ofSettling;
  const applyRequest = createApplyRequest({ events, traces, clock, deliverOutbox, runNow, rulesOf });
  const facts = metrics.counter({
    name: 'envase_facts_quarantined_total',
    help: 'Answers that said what cannot be true of a trip',
    labels: ['provider'],
  });
  const reportQuarantined = ({ _id: traceId, via: provider, quarantined }: TraceDoc) => {
    facts.inc({ provider });
    logger.warn({ traceId, provider, facts: quarantined?.facts }, 'A provider said what cannot be true');
  };
  const countTracing = (trace: TraceDoc) => usage.add(trace, 'tracing');
  const settleTrace = createSettleTrace({
    traces,
    observations,
    deliverOutbox,
    runNow,
    contextOf,
    countTracing,
    reportQuarantined,
  });
  const shared = { redis, prefix, gate, logger, ...(timing && { timing }) };
  program.run(
    createLaneWorker(
      traceRequests,
      { 'request.apply': applyRequest },
      { ...shared, concurrency: 10, quarantine: quarantine.request },
    ),
    createLaneWorker(
      traceResults,
      { 'trace.settle': settleTrace },
      { ...shared, concurrency: 20, quarantine: quarantine.settling },
    ),
  );
}

function startPumps(program: Program, by: Parts & { context: MainContext }): void {
  const { clock, askable, readPaused, rules, context } = by;
  const pumps = [
    createRequestPump(program, clock),
    createOutboxPump(program, clock),
    ...rules.manifests.map((manifest) => createTracePump(program, { clock, askable, readPaused, manifest })),
  ];
  program.run(...pumps);
  const epoch = watchEpoch({
    redis: program.producerRedis,
    logger: program.logger,
    prefix: program.prefix,
    name: 'trace-manager',
    async onFlush() {
      await program.db.repositories.traces.clearLeases();
      await Promise.all(pumps.map((pump) => pump.revive()));
    },
  });
  context.shutdown.add('epoch watch', () => epoch.stop());
}
