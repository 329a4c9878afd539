import { setTimeout as pause } from 'node:timers/promises';
import { LaunchError } from './lock-folder.ts';

const everyMs = 100;

/** Resolves when the address answers 200; throws LaunchError with what it last said once `timeoutMs` has passed. */
export function waitReady(name: string, url: string, timeoutMs: number): Promise<void> {
  return waitFor(name, { url, timeoutMs, isEnough: (response) => response.ok });
}

/** The same for an address that answers anything at all: somebody listens there. */
export function waitListening(name: string, url: string, timeoutMs: number): Promise<void> {
  return waitFor(name, { url, timeoutMs, isEnough: () => true });
}

async function waitFor(
  name: string,
  by: { url: string; timeoutMs: number; isEnough: (response: Response) => boolean },
): Promise<void> {
  const { url, timeoutMs, isEnough } = by;
  const deadline = Date.now() + timeoutMs;
  let last = 'no answer';
  while (Date.now() < deadline) {
    try {
      const response = await fetch(url, { signal: AbortSignal.timeout(2_000) });
      const text = await response.text();
      if (isEnough(response)) return;
      last = `${response.status} ${text}`;
    } catch (error) {
      last = error instanceof Error ? error.message : String(error);
    }
    await pause(everyMs);
  }
  throw new LaunchError(`${name} was not ready within ${timeoutMs / 1000} s: ${last}`);
}
