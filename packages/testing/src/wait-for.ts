import { setTimeout as delay } from 'node:timers/promises';

export interface WaitOptions {
  /** What is awaited, as the error will say it (`3 events at the hook`); a function is asked when time is up. */
  what: string | (() => string);
  /** Default: 30 s, for a machine that is busy with other tests. */
  timeoutMs?: number;
  /** Default: 20 ms. */
  everyMs?: number;
}

type Nothing = undefined | null | false;

/**
 * Asks again and again until the answer is neither undefined, null nor false, and returns it. A check that throws is
 * asked again too. Throws an error with `what`, the time, the last answer and the last error when time is up.
 */
export async function waitFor<T>(
  check: () => T | Promise<T>,
  { what, timeoutMs = 30_000, everyMs = 20 }: WaitOptions,
): Promise<Exclude<Awaited<T>, Nothing>> {
  const until = Date.now() + timeoutMs;
  for (;;) {
    const look = await lookOnce(check);
    if (look.found) return look.answer;
    if (Date.now() >= until) throw new Error(describe(look, { what, timeoutMs }), { cause: look.error });
    await delay(everyMs);
  }
}

type Look<T> =
  | { found: true; answer: Exclude<Awaited<T>, Nothing> }
  | { found: false; answer?: unknown; error?: unknown };

async function lookOnce<T>(check: () => T | Promise<T>): Promise<Look<T>> {
  try {
    const answer = await check();
    if (answer === undefined || answer === null || answer === false) return { found: false, answer };
    // The line above took out what the type excludes.
    return { found: true, answer: answer as Exclude<Awaited<T>, Nothing> };
  } catch (error) {
    return { found: false, error };
  }
}

function describe(look: { answer?: unknown; error?: unknown }, { what, timeoutMs }: WaitOptions): string {
  const last =
    look.error === undefined
      ? `the last answer was ${String(look.answer)}`
      : `the last look failed: ${look.error instanceof Error ? look.error.message : String(look.error)}`;
  return `waited ${timeoutMs} ms for ${typeof what === 'function' ? what() : what}; ${last}`;
}
