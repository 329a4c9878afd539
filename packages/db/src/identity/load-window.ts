// A writer's clock may be a second off (beyond that it is not ready), and its write may take as long as its time limits allow.
const OVERLAP_MS = 15_000;

/** From when a directory reloads so that it misses nothing: what was written late or by a slow clock is read again. */
export function overlapping(since: Date): Date {
  return new Date(since.getTime() - OVERLAP_MS);
}
