import type { DeliveryRepository } from '@envase/db';
import { type Clock, type Logger, type Looking, lookAgain, type Metrics } from '@envase/runtime';

const everyMs = 15_000;

export interface DeliveryWatch extends Looking {
  /** Counts an attempt by the state it left its delivery in. */
  count(state: 'delivered' | 'retrying' | 'dead'): void;
}

/** What to watch and to scale by: attempts by their end, and how long the oldest due delivery has waited. */
export function watchDeliveries(deps: {
  deliveries: Pick<DeliveryRepository, 'oldestDue'>;
  clock: Clock;
  metrics: Metrics;
  logger: Logger;
}): DeliveryWatch {
  const { deliveries, clock, metrics, logger } = deps;
  const attempts = metrics.counter({
    name: 'envase_webhook_attempts_total',
    help: 'Attempts to deliver, by the state they left the delivery in',
    labels: ['state'],
  });
  const late = metrics.gauge({
    name: 'envase_webhook_oldest_due_seconds',
    help: 'How long the oldest due delivery has waited',
  });
  const look = async () => {
    const oldest = await deliveries.oldestDue();
    const waitedMs = oldest === null ? 0 : clock.now() - oldest.getTime();
    late.set(Math.max(0, waitedMs / 1_000));
  };
  const looking = lookAgain({ everyMs, look, what: 'The oldest due delivery could not be read', logger });
  return { count: (state) => attempts.inc({ state }), stop: looking.stop };
}
