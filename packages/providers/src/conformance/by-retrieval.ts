import type { BatchAnswer, PublishRetrieveProvider, RealTimeProvider } from '../provider.ts';

/** A provider whose results wait in a queue, as one that answers at once: published, then emptied. So it passes the same suite. */
export function byRetrieval(provider: PublishRetrieveProvider): RealTimeProvider {
  return {
    manifest: provider.manifest,
    map: provider.map,
    connect(connection) {
      const client = provider.connect(connection);
      return {
        close: client.close,
        async trace(batch): Promise<BatchAnswer> {
          await client.publish(batch);
          const found = new Map<string, unknown>();
          let cursor: string | null = null;
          for (let isMore = true; isMore; ) {
            const page = await client.retrieve({ cursor, signal: batch.signal });
            for (const { number, slice } of page.told) found.set(number, slice);
            ({ cursor, isMore } = page);
          }
          const slices = batch.numbers.flatMap((number) => {
            const slice = found.get(number);
            return slice === undefined ? [] : [[number, slice] as const];
          });
          return { slices: new Map(slices) };
        },
      };
    },
  };
}
