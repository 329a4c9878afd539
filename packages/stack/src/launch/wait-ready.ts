import { setTimeout as pause } from 'node:timers/promises';
import { LaunchError } from './lock-folder.ts';

const everyMs = 100;

/** Resolves when the health address answers 200; throws LaunchError with what it last said once `timeoutMs` has passed. */
export async function waitReady(name: string, url: string, timeoutMs: number): Promise<void> {
  const deadline = Date.now() + timeoutMs;
  let last = 'no answer';
  while (Date.now() < deadline) {
    try {
      const response = await fetch(url, { signal: AbortSignal.timeout(2_000) });
      const text = await response.text();
      if (response.ok) return;
      last = `${response.status} ${text}`;
    } catch (error) {
      last = error instanceof Error ? error.message : String(error);
    }
    await pause(everyMs);
  }
  throw new LaunchError(`${name} was not ready within ${timeoutMs / 1000} s: ${last}`);
}
