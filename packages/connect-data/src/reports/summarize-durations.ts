export interface DurationFigures {
  averageMs: number | null;
  medianMs: number | null;
  p90Ms: number | null;
  longestMs: number | null;
}

/** Figures of durations, whole milliseconds; percentiles by nearest rank, so each is one that was measured. Null for none. */
export function summarizeDurations(durations: readonly number[]): DurationFigures {
  if (durations.length === 0) return { averageMs: null, medianMs: null, p90Ms: null, longestMs: null };
  const sorted = Float64Array.from(durations).sort();
  const sum = sorted.reduce((total, ms) => total + ms, 0);
  return {
    averageMs: Math.round(sum / sorted.length),
    medianMs: rank(sorted, 0.5),
    p90Ms: rank(sorted, 0.9),
    longestMs: rank(sorted, 1),
  };
}

function rank(sorted: Float64Array, share: number): number {
  return sorted[Math.ceil(share * sorted.length) - 1] ?? 0;
}
