import { setTimeout as pause } from 'node:timers/promises';
import type { Half } from '../src/half.ts';

export interface Halves<T> {
  ours: T;
  bare: T;
}

/** Runs both in turn, which of them first as well, and resolves with what each gave in every round. */
export async function interleave<T>(
  rounds: number,
  halves: Halves<() => Promise<T>>,
  onRound: (round: number, results: Halves<T>) => void,
): Promise<Halves<T>[]> {
  const results: Halves<T>[] = [];
  for (let round = 1; round <= rounds; round += 1) {
    const first = round % 2 === 1 ? await halves.bare() : null;
    const ours = await halves.ours();
    const result = { ours, bare: first ?? (await halves.bare()) };
    results.push(result);
    onRound(round, result);
  }
  return results;
}

/** Share of a CPU that a half uses while nobody asks anything: its timers and heartbeats. */
export async function measureRest(half: Half, forMs: number): Promise<number> {
  const [before, startedAt] = [await half.cpu(), performance.now()];
  await pause(forMs);
  return ((await half.cpu()) - before) / ((performance.now() - startedAt) * 1_000);
}

/** Microseconds of CPU per thing done, without what the half would have used at rest. `work` resolves with how many it did. */
export async function cpuPerOne(
  half: Half,
  by: { rest: number; work: () => Promise<number> },
): Promise<number> {
  const [before, startedAt] = [await half.cpu(), performance.now()];
  const done = await by.work();
  const restUs = by.rest * (performance.now() - startedAt) * 1_000;
  return ((await half.cpu()) - before - restUs) / done;
}
