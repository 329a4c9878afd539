/** Work that names keys; works that share a key go one after the other, in the order they came. */
export type InTurn = <T>(keys: readonly string[], work: () => Promise<T>) => Promise<T>;

/**
 * Turns within this process. Compare-and-set alone is right, but of n jobs that want one trace only one would win each round;
 * between processes that is what happens.
 */
export function createTurns(): InTurn {
  const last = new Map<string, Promise<unknown>>();
  return async (keys, work) => {
    const before = keys.flatMap((key) => last.get(key) ?? []);
    const turn = Promise.allSettled(before).then(work);
    for (const key of keys) last.set(key, turn);
    try {
      return await turn;
    } finally {
      for (const key of keys) if (last.get(key) === turn) last.delete(key);
    }
  };
}
