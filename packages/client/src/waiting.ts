import { setTimeout as sleep } from 'node:timers/promises';

/** Full jitter: anything from 0 to the doubled wait, so that many clients do not come back together. */
export function jitteredWait(attempt: number, { baseMs, capMs }: { baseMs: number; capMs: number }): number {
  return Math.random() * Math.min(capMs, baseMs * 2 ** (attempt - 1));
}

/** Resolves after `ms`; rejects with the signal's reason as soon as it is aborted. */
export async function sleepUnlessAborted(ms: number, signal?: AbortSignal | undefined): Promise<void> {
  try {
    await sleep(ms, undefined, signal ? { signal } : {});
  } catch (error) {
    signal?.throwIfAborted();
    throw error;
  }
}

/** What `work` comes to; rejects with the signal's reason as soon as it is aborted, while `work` goes on for others. */
export async function unlessAborted<T>(work: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  if (!signal) return work;
  const aborted = Promise.withResolvers<never>();
  const abort = () => aborted.reject(signal.reason);
  signal.addEventListener('abort', abort, { once: true });
  if (signal.aborted) abort();
  try {
    return await Promise.race([aborted.promise, work]);
  } finally {
    signal.removeEventListener('abort', abort);
  }
}
