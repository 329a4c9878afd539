import type { DeliveryRow } from '@envase/contracts';
import type { ReportedDelivery } from '@envase/db';
import { createGroups, type Fold } from './fold.ts';
import { summarizeDurations } from './summarize-durations.ts';

type Counts = Record<
  'deliveries' | 'delivered' | 'firstTry' | 'open' | 'dead' | 'cancelled' | 'attempts',
  number
>;

/** What became of the deliveries of the events of a day, hook by hook. */
export function foldDeliveries(date: string): Fold<ReportedDelivery, DeliveryRow> {
  const groups = createGroups(
    (webhookId: string) => webhookId,
    (): { counts: ReturnType<typeof createCounts>; durations: number[] } => ({
      counts: createCounts(),
      durations: [],
    }),
  );
  return {
    add(delivery) {
      const { counts, durations } = groups.of(delivery.webhookId);
      const { state, attemptCount, deliveredAt, rounds = [] } = delivery;
      counts.deliveries += 1;
      counts[state === 'pending' || state === 'retrying' ? 'open' : state] += 1;
      counts.attempts += rounds.reduce((sum, round) => sum + round.attemptCount, attemptCount);
      if (state !== 'delivered' || !deliveredAt) return;
      if (attemptCount === 1 && rounds.length === 0) counts.firstTry += 1;
      durations.push(Math.max(0, deliveredAt.getTime() - timeOfId(delivery._id)));
    },
    rows: () =>
      groups.inOrder().map(({ group: webhookId, figures: { counts, durations } }) => ({
        date,
        webhookId,
        ...counts,
        ...summarizeDurations(durations),
      })),
  };
}

function createCounts(): Counts {
  return { deliveries: 0, delivered: 0, firstTry: 0, open: 0, dead: 0, cancelled: 0, attempts: 0 };
}

/** When the event happened: its UUIDv7, with which the id begins, says so (RFC 9562 s5.7). */
function timeOfId(id: string): number {
  return Number.parseInt(`${id.slice(0, 8)}${id.slice(9, 13)}`, 16);
}
