import { setTimeout as delay } from 'node:timers/promises';
import type { EventRepository, NamedOrder, Tenant } from '@envase/db';
import { AppError } from '@envase/runtime';

/** Resolves when no order for these waits to be applied: look again then, also where none had to be waited for. */
export type AwaitApplied = (tenant: Tenant, of: NamedOrder) => Promise<void>;

const everyMs = 25;

/**
 * Lets a client read what it was just told of: between the 201 of an order and its traces lie some milliseconds, in which they
 * would be unknown. Only asked where something was not found; the order may be applied between that look and this question, so
 * nothing owed is no proof of absence. Throws `unavailable` when the order is not applied in `maxMs`.
 */
export function createAwaitApplied({
  events,
  maxMs = 2_000,
}: {
  events: Pick<EventRepository, 'owesTrace'>;
  maxMs?: number;
}): AwaitApplied {
  return async (tenant, of) => {
    const until = performance.now() + maxMs;
    while (await events.owesTrace(tenant, of)) {
      if (performance.now() > until) {
        throw new AppError('unavailable', 'An order is not applied yet', { retryAfterSeconds: 1 });
      }
      await delay(everyMs);
    }
  };
}
