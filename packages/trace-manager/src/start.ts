import type { EventDoc, StoredOrder, TraceDoc } from '@envase/db';
import type { TraceFacts } from '@envase/domain';
import { openProgram, type Program } from '@envase/program';
import { findProvider, findSite, listManifests } from '@envase/providers';
import { createLaneWorker, traceQueue, traceRequests, traceResults, watchEpoch } from '@envase/queues';
import { asError, type Clock, createClock, type MainContext } from '@envase/runtime';
import type { TraceManagerConfig } from './config.ts';
import { createApplyRequest } from './orders/apply-request.processor.ts';
import { createOutboxPump, createRequestPump, createTracePump } from './pumps.ts';
import { createDeliverOutbox } from './settling/deliver-outbox.ts';
import type { SettleContext } from './settling/settle.ts';
import { createSettleTrace } from './settling/settle-trace.processor.ts';
import { watchOverdue } from './watch-overdue.ts';

/** Starts the Trace Manager: it applies requests, settles observations, and pumps what is due to each provider. */
export async function startTraceManager(config: TraceManagerConfig, context: MainContext): Promise<void> {
  const { logger, shutdown } = context;
  const program = await openProgram({
    name: 'trace-manager',
    config,
    logger,
    shutdown,
    isReadyWithoutRedis: false,
  });
  const clock = createClock({ speed: config.SPEED });
  startWorkers(program, clock);
  startPumps(program, { clock, context });
  const overdue = watchOverdue({
    traces: program.db.repositories.traces,
    clock,
    metrics: program.metrics,
    logger,
  });
  shutdown.add('overdue watch', () => overdue.stop());
}

function startWorkers(program: Program, clock: Clock): void {
  const { db, producer, workerRedis: redis, prefix, gate, logger } = program;
  const { events, traces, observations } = db.repositories;
  const deliverOutbox = createDeliverOutbox({ events, traces, producer, logger });
  const runNow = createRunNow(program);
  const applyRequest = createApplyRequest({ events, traces, clock, deliverOutbox, runNow, rulesOf });
  const settleTrace = createSettleTrace({
    traces,
    observations,
    deliverOutbox,
    runNow,
    contextOf: (trace) => settleContextOf(trace, clock),
  });
  const shared = { redis, prefix, gate, logger };
  program.run(
    createLaneWorker(traceRequests, { 'request.apply': applyRequest }, { ...shared, concurrency: 10 }),
  );
  program.run(
    createLaneWorker(traceResults, { 'trace.settle': settleTrace }, { ...shared, concurrency: 20 }),
  );
}

function startPumps(program: Program, by: { clock: Clock; context: MainContext }): void {
  const { clock, context } = by;
  const pumps = [
    createRequestPump(program, clock),
    createOutboxPump(program, clock),
    ...listManifests().map((manifest) => createTracePump(program, { clock, manifest })),
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

/** Queues runs that are due now, ahead of the backlog; a lost hint is the pump's to repair. */
function createRunNow({ producer, logger }: Program) {
  return async (traces: readonly TraceDoc[]): Promise<void> => {
    const byQueue = Map.groupBy(traces, (trace) => trace.via);
    for (const [via, due] of byQueue) {
      const lanes = due.map(({ _id }) => ({ laneId: _id, data: { traceId: _id }, lifo: true }));
      await producer.addLanes(traceQueue(via), 'trace.run', lanes).catch((error: unknown) => {
        logger.warn({ err: asError(error), via }, 'Runs were not queued: the pump will');
      });
    }
  };
}

function rulesOf(event: EventDoc, order: StoredOrder) {
  const manifest = findProvider(order.providerId)?.manifest;
  if (!manifest) throw new Error(`Provider ${order.providerId} of event ${event._id} is no longer known`);
  return { workflow: manifest.workflow, minForceMs: manifest.minForceMs, via: manifest.id };
}

function settleContextOf(trace: TraceDoc, clock: Clock): SettleContext {
  return { now: clock.now(), speed: clock.speed, random: Math.random, facts: factsOf(trace) };
}

function factsOf(trace: TraceDoc): TraceFacts {
  const manifest = findProvider(trace.providerId)?.manifest;
  return {
    service: trace.service,
    providerType: manifest?.type ?? 'terminal',
    traceUntil: trace.traceUntil,
    zone: (manifest && findSite(manifest, trace.siteId)?.timeZone) ?? null,
  };
}
