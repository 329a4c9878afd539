import { setTimeout as pause } from 'node:timers/promises';
import type { BenchReceiver } from './receiver.ts';

export interface Measured {
  /** Microseconds of CPU of this process per delivery, without what it uses at rest. */
  cpu: number;
  perSecond: number;
}

const restMs = 4_000;

/** Microseconds of CPU that this process uses in a second where nothing is to be done: heartbeats and timers. */
export async function measureRest(): Promise<number> {
  const before = process.cpuUsage();
  await pause(restMs);
  const { user, system } = process.cpuUsage(before);
  return (user + system) / (restMs / 1_000);
}

/** What it costs to `run` the deliveries of these events; throws unless each came exactly once. */
export async function measure(
  ids: readonly string[],
  { receiver, rest, run }: { receiver: BenchReceiver; rest: number; run: () => Promise<void> },
): Promise<Measured> {
  await receiver.reset();
  const before = process.cpuUsage();
  const startedAt = performance.now();
  await run();
  const { user, system } = process.cpuUsage(before);
  const seconds = (performance.now() - startedAt) / 1_000;
  await receiver.verify(ids);
  return { cpu: (user + system - rest * seconds) / ids.length, perSecond: ids.length / seconds };
}
