/** The middle one; the lower of two. */
export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.floor((sorted.length - 1) / 2)] ?? Number.NaN;
}

/** Runs both in turn, after one round of each that is not counted; resolves with what each gave in every round. */
export async function interleave<T>(
  rounds: number,
  halves: { ours: () => Promise<T>; bare: () => Promise<T> },
): Promise<{ ours: T; bare: T }[]> {
  const results: { ours: T; bare: T }[] = [];
  for (let round = 0; round <= rounds; round += 1) {
    const bare = await halves.bare();
    const ours = await halves.ours();
    if (round > 0) results.push({ ours, bare });
  }
  return results;
}
