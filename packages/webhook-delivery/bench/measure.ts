import type { BenchReceiver } from './receiver.ts';

export interface Measured {
  /** Microseconds of CPU of this process per delivery. */
  cpu: number;
  perSecond: number;
}

/** What it costs to `run` the deliveries of these events; throws unless each came exactly once. */
export async function measure(
  receiver: BenchReceiver,
  ids: readonly string[],
  run: () => Promise<void>,
): Promise<Measured> {
  await receiver.reset();
  const before = process.cpuUsage();
  const startedAt = performance.now();
  await run();
  const { user, system } = process.cpuUsage(before);
  const seconds = (performance.now() - startedAt) / 1_000;
  await receiver.verify(ids);
  return { cpu: (user + system) / ids.length, perSecond: ids.length / seconds };
}
