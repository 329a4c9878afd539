/** Runs `work` over the items, at most `limit` at once; each result is handed on as it comes. */
export async function sendAll<Item, Result>(
  items: readonly Item[],
  how: { limit: number; work: (item: Item) => Promise<Result>; done: (result: Result) => void },
): Promise<void> {
  const queue = items.values();
  const lane = async () => {
    for (const item of queue) how.done(await how.work(item));
  };
  await Promise.all(Array.from({ length: Math.min(how.limit, items.length) }, lane));
}
