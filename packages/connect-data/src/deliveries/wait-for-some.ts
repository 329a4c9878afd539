import { setTimeout as delay } from 'node:timers/promises';
import { AppError } from '@envase/runtime';

export interface Waiting {
  /** Whose wait it is: one client holds only so many open. */
  clientId: string;
  waitMs: number;
  /** Aborts when the caller hangs up. */
  signal: AbortSignal;
}

/** Looks until the answer holds something, the time is over, the caller hangs up or the program stops; resolves with the last look. */
export type WaitForSome = <T extends { items: readonly unknown[] }>(
  of: Waiting,
  look: () => Promise<T>,
) => Promise<T>;

const everyMs = 500;
const mostPerClient = 20;

/**
 * The long poll (contract s6, pull). Throws `rate_limited` where the client already holds 20 of them open in this process: they
 * share the requests at work with everybody's publishes.
 */
export function createWaitForSome({ isStopping }: { isStopping: () => boolean }): WaitForSome {
  const open = new Map<string, number>();
  return async ({ clientId, waitMs, signal }, look) => {
    const until = performance.now() + waitMs;
    const first = await look();
    if (first.items.length > 0 || waitMs === 0) return first;
    const others = open.get(clientId) ?? 0;
    if (others >= mostPerClient) {
      throw new AppError('rate_limited', 'Too many requests wait at once', { retryAfterSeconds: 1 });
    }
    open.set(clientId, others + 1);
    try {
      let last = first;
      while (last.items.length === 0 && !signal.aborted && !isStopping()) {
        const leftMs = until - performance.now();
        if (leftMs <= 0) break;
        await pause(Math.min(everyMs, leftMs), signal);
        last = await look();
      }
      return last;
    } finally {
      leave(open, clientId);
    }
  };
}

async function pause(ms: number, signal: AbortSignal): Promise<void> {
  try {
    await delay(ms, undefined, { signal });
  } catch (error) {
    if (!signal.aborted) throw error;
  }
}

function leave(open: Map<string, number>, clientId: string): void {
  const left = (open.get(clientId) ?? 1) - 1;
  if (left === 0) open.delete(clientId);
  else open.set(clientId, left);
}
