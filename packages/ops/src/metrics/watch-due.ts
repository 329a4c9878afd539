import { createReadPaused, type Repositories } from '@envase/db';
import type { Clock, Metrics } from '@envase/runtime';

type Stores = Pick<Repositories, 'events' | 'deliveries' | 'traces' | 'pauses'>;

const latenesses = [0, 60, 600] as const;

/**
 * Makes the look that keeps the figures of what is owed, read from MongoDB: they stand and grow while the programs that pay, and
 * would tell their own figures, are away.
 */
export function createDueLook(deps: {
  stores: Stores;
  clock: Pick<Clock, 'now'>;
  metrics: Metrics;
}): () => Promise<void> {
  const { stores, clock, metrics } = deps;
  const readPaused = createReadPaused({ pauses: stores.pauses, clock });
  const oldest = metrics.gauge({
    name: 'envase_oldest_due_seconds',
    help: 'Age of what is due longest, 0 where nothing is: events that owe their fan-out or their trace, and deliveries',
    labels: ['what'],
  });
  const owing = metrics.gauge({ name: 'envase_events_owing', help: 'Debts of events: fan-outs and traces' });
  const traces = metrics.gauge({
    name: 'envase_traces_due',
    help: 'Traces due for longer than this many seconds, and not paused',
    labels: ['seconds'],
  });
  return async () => {
    const now = clock.now();
    for (const [what, bornAt] of Object.entries(await findOldest(stores, now))) {
      oldest.set({ what }, bornAt === null ? 0 : Math.max(0, (now - bornAt) / 1_000));
    }
    owing.set(await stores.events.countOwing());
    const paused = await readPaused();
    for (const seconds of latenesses) {
      const count = await stores.traces.countOverdue(new Date(now - seconds * 1_000), paused);
      traces.set({ seconds: String(seconds) }, count);
    }
  };
}

/** Epoch milliseconds at which the oldest of each came about or fell due. */
async function findOldest(
  { events, deliveries }: Stores,
  now: number,
): Promise<Record<string, number | null>> {
  const [hooks] = await events.findOwing('hooks', new Date(now), 1);
  const [trace] = await events.findOwing('trace', new Date(now), 1);
  const delivery = await deliveries.oldestDue();
  return {
    'event-fan-out': hooks ? timeOf(hooks.id) : null,
    'event-trace': trace ? timeOf(trace.id) : null,
    delivery: delivery?.getTime() ?? null,
  };
}

/** An event's id is a UUIDv7: its first 48 bits are the time of its making (RFC 9562 section 5.7). */
function timeOf(eventId: string): number {
  return Number.parseInt(eventId.replaceAll('-', '').slice(0, 12), 16);
}
