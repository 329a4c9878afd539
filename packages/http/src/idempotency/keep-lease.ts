import { asError, type Clock, type Logger } from '@envase/runtime';
import type { IdempotencyClaim, IdempotencyStore } from './idempotency-store.ts';

/** Renews the lease of a key at every third of its time until it is stopped: only a process that died loses its key. */
export function keepLease(
  { id, owner }: Pick<IdempotencyClaim, 'id' | 'owner'>,
  by: {
    store: Pick<IdempotencyStore, 'renew'>;
    clock: Pick<Clock, 'now'>;
    leaseMs: number;
    logger: () => Logger;
  },
): { stop(): void } {
  const { store, clock, leaseMs, logger } = by;
  const renew = async () => {
    try {
      await store.renew(id, owner, new Date(clock.now() + leaseMs));
    } catch (error) {
      logger().warn({ err: asError(error) }, 'The lease of an Idempotency-Key was not renewed');
    }
  };
  const timer = setInterval(renew, leaseMs / 3).unref();
  return { stop: () => clearInterval(timer) };
}
