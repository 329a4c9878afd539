import { setTimeout as delay } from 'node:timers/promises';
import type { EventRepository, NamedOrder, Tenant } from '@envase/db';
import { AppError } from '@envase/runtime';

/** Whether there was an order to wait for: what it makes of the traces can now be read. */
export type AwaitApplied = (tenant: Tenant, of: NamedOrder) => Promise<boolean>;

const everyMs = 25;

/**
 * Lets a client read what it was just told of: between the 201 of an order and its traces lie some milliseconds, in which they
 * would be unknown. Only asked where something was not found. Throws `unavailable` when the order is not applied in `maxMs`.
 */
export function createAwaitApplied({
  events,
  maxMs = 2_000,
}: {
  events: Pick<EventRepository, 'owesTrace'>;
  maxMs?: number;
}): AwaitApplied {
  return async (tenant, of) => {
    if (!(await events.owesTrace(tenant, of))) return false;
    const until = performance.now() + maxMs;
    do {
      if (performance.now() > until) {
        throw new AppError('unavailable', 'An order is not applied yet', { retryAfterSeconds: 1 });
      }
      await delay(everyMs);
    } while (await events.owesTrace(tenant, of));
    return true;
  };
}
