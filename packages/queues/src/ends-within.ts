import { setTimeout as wait } from 'node:timers/promises';

/** Whether `work` ends within `ms`; rejects as `work` does. What did not end goes on. */
export async function endsWithin(work: Promise<unknown>, ms: number): Promise<boolean> {
  const timer = new AbortController();
  try {
    return await Promise.race([work.then(() => true), wait(ms, false, { signal: timer.signal })]);
  } finally {
    timer.abort();
  }
}
