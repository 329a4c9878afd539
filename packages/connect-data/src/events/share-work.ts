/** Runs `work`, or answers with the result of the same work that is under way. */
export type ShareWork<T> = (key: string, work: () => Promise<T>) => Promise<{ result: T; isShared: boolean }>;

/**
 * Calls with one key that arrive while the first is at work share its end, good or bad. It spares the database a burst of
 * repeats; what decides between processes is the database.
 */
export function createShareWork<T>(): ShareWork<T> {
  const running = new Map<string, Promise<T>>();
  return async (key, work) => {
    const first = running.get(key);
    if (first) return { result: await first, isShared: true };
    const mine = work().finally(() => running.delete(key));
    running.set(key, mine);
    return { result: await mine, isShared: false };
  };
}
