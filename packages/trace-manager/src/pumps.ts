import type { ReadPaused } from '@envase/db';
import type { Program } from '@envase/program';
import type { ProviderManifest } from '@envase/providers';
import { createPump, type Pump, traceQueue, traceRequests, traceResults } from '@envase/queues';
import type { Clock } from '@envase/runtime';
import type { Askable } from './askable.ts';

const graceMs = 3_000;
/** How long an event that the pump queued is left to its job; short, since `hooks` may be owed by the same event. */
const requestLeaseMs = 3_000;
const leaseMarginMs = 10_000;
const maxRoom = 500;
const roomMs = 30_000;

/** Repairs publishes whose `request.apply` was lost. */
export function createRequestPump(program: Program, clock: Clock): Pump {
  const { events } = program.db.repositories;
  return createPump({
    ...pumpParts(program),
    queue: traceRequests,
    jobName: 'request.apply',
    due: async (limit) => {
      const owing = await events.findOwing('trace', new Date(clock.now()), limit);
      return owing.map(({ id }) => ({ laneId: id, data: { eventId: id } }));
    },
    leased: async (items) => {
      const ids = items.map(({ laneId }) => laneId);
      await events.postpone(ids, new Date(clock.now() + requestLeaseMs));
    },
  });
}

/** Repairs outboxes that a killed process left full: settling with nothing new empties them. */
export function createOutboxPump(program: Program, clock: Clock): Pump {
  const { traces } = program.db.repositories;
  return createPump({
    ...pumpParts(program),
    queue: traceResults,
    jobName: 'trace.settle',
    due: async (limit) => {
      const full = await traces.findWithOutbox(new Date(clock.now() - graceMs), limit);
      return full.map(({ id }) => ({ laneId: id, data: { traceId: id } }));
    },
  });
}

/**
 * Feeds one provider's queue with due traces, most valuable first, as many as it can ask for in 30 s; the backlog of a slow
 * provider waits in MongoDB, in order. An open breaker stops it; when its time has passed, one trace probes. What an operator has
 * paused waits there too, due as it was.
 */
export function createTracePump(
  program: Program,
  by: { clock: Clock; manifest: ProviderManifest; askable: Askable; readPaused: ReadPaused },
): Pump {
  const { clock, manifest, askable, readPaused } = by;
  const { traces } = program.db.repositories;
  const leaseMs = manifest.timeoutMs + leaseMarginMs;
  let isProbing = false;
  return createPump({
    ...pumpParts(program),
    queue: traceQueue(manifest.id),
    jobName: 'trace.run',
    room: roomOf(manifest),
    due: async (room) => {
      const answer = await askable.ask(manifest.id);
      if (answer === 'no') return [];
      isProbing = answer === 'probe';
      const withoutOrgIds = [...(await readPaused()).organizations.keys()];
      const wanted = { limit: isProbing ? 1 : room, withoutOrgIds };
      const due = await traces.findDue(manifest.id, new Date(clock.now()), wanted);
      return due.map(({ _id, priority }) => ({ laneId: _id, data: { traceId: _id }, priority }));
    },
    leased: async (items) => {
      const now = clock.now();
      const ids = items.map((item) => item.laneId);
      if (isProbing) askable.probed(manifest.id, now + leaseMs);
      await traces.lease(ids, new Date(now + leaseMs), new Date(now));
    },
  });
}

/** Boxes that the provider may be asked for in 30 s of its budget, at least one request's worth. */
export function roomOf({ limits, batchSize }: Pick<ProviderManifest, 'limits' | 'batchSize'>): number {
  const perMs = Math.min((limits.perSecond ?? Infinity) / 1_000, (limits.perMinute ?? Infinity) / 60_000);
  const requests = Math.max(1, Math.floor(perMs * roomMs));
  return Math.min(maxRoom, requests * batchSize);
}

function pumpParts({ producer, workerRedis, prefix, logger }: Program) {
  return { producer, redis: workerRedis, prefix, logger };
}
