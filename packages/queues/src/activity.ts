/** Knows which runs are under way. */
export interface Activity {
  track<T>(run: () => Promise<T>): Promise<T>;
  /** Resolves when none is. */
  idle(): Promise<void>;
}

export function createActivity(): Activity {
  const runs = new Set<Promise<unknown>>();
  return {
    async track(run) {
      const running = run();
      runs.add(running);
      try {
        return await running;
      } finally {
        runs.delete(running);
      }
    },
    async idle() {
      while (runs.size > 0) await Promise.allSettled(runs);
    },
  };
}
