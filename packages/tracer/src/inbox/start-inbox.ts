import type { Grant } from '@envase/contracts';
import type { Program } from '@envase/program';
import { ictsiId } from '@envase/providers';
import { createLaneWorker, createPump, inbox as inboxQueue } from '@envase/queues';
import type { Clock } from '@envase/runtime';
import type { SeeSettled } from '../told/see-settled.ts';
import { createParseInbox, type InboxSource } from './parse-inbox.ts';
import { createTellAppointments } from './tell-appointments.ts';

/** How long a body that the pump queued is left to its job. */
const leaseMs = 30_000;

/** Works `inbox` and repairs bodies whose job was lost. */
export function startInbox(
  program: Program,
  by: {
    sources: ReadonlyMap<string, InboxSource>;
    settled: SeeSettled;
    clock: Clock;
    appointmentOwners: readonly Grant[];
  },
): void {
  const { sources, settled, clock, appointmentOwners: owners } = by;
  const { producer, prefix, gate, logger, workerRedis: redis } = program;
  const { inbox, events } = program.db.repositories;
  const tellAppointments = createTellAppointments({ events, inbox, producer, owners, clock, logger });
  const tellers = new Map([[ictsiId, tellAppointments]]);
  const parse = createParseInbox({ sources, tellers, inbox, settled, clock, logger });
  const parts = { producer, redis, prefix, logger };
  const worker = createLaneWorker(inboxQueue, { 'inbox.parse': parse }, { ...parts, gate, concurrency: 10 });
  const due = async (limit: number) => {
    const owing = await inbox.findOwing(new Date(clock.now()), limit);
    return owing.map(({ id }) => ({ laneId: id, data: { inboxId: id } }));
  };
  const leased = (items: readonly { laneId: string }[]) =>
    inbox.postpone(
      items.map(({ laneId }) => laneId),
      new Date(clock.now() + leaseMs),
    );
  program.run(worker, createPump({ ...parts, queue: inboxQueue, jobName: 'inbox.parse', due, leased }));
}
