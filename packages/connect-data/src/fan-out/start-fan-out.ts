import type { ClientDirectory } from '@envase/http';
import type { Program } from '@envase/program';
import { connectEvents, createLaneWorker, createPump, type Pump } from '@envase/queues';
import type { Clock } from '@envase/runtime';
import { createFanOut } from './fan-out.processor.ts';
import { createHookFacts } from './hook-facts.ts';

const concurrency = 25;
/** How long an event that the pump queued is left to its job; short, since `trace` may be owed by the same event. */
const leaseMs = 3_000;

type FanOutProgram = Pick<Program, 'db' | 'producer' | 'workerRedis' | 'prefix' | 'gate' | 'logger' | 'run'>;

/** Runs the lanes of events and the pump that repairs them. */
export function startFanOut(
  program: FanOutProgram,
  { directory, clock }: { directory: ClientDirectory; clock: Pick<Clock, 'now'> },
): Pump {
  const { db, producer, workerRedis: redis, prefix, gate, logger } = program;
  const { events, webhooks, deliveries } = db.repositories;
  const readHookFacts = createHookFacts({ directory, clock });
  const fanOut = createFanOut({ events, webhooks, deliveries, readHookFacts, producer, clock, logger });
  const worker = createLaneWorker(
    connectEvents,
    { 'event.fan-out': fanOut },
    { redis, prefix, gate, logger, concurrency },
  );
  const pump = createPump({
    queue: connectEvents,
    jobName: 'event.fan-out',
    producer,
    redis,
    prefix,
    logger,
    due: async (limit) => {
      const owing = await events.findOwing('hooks', new Date(clock.now()), limit);
      return owing.map(({ id }) => ({ laneId: id, data: { eventId: id } }));
    },
    leased: async (items) => {
      const ids = items.map(({ laneId }) => laneId);
      await events.postpone(ids, new Date(clock.now() + leaseMs));
    },
  });
  program.run(worker, pump);
  return pump;
}
