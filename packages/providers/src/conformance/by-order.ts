import type {
  BatchAnswer,
  PublishNotifyProvider,
  PublishRetrieveProvider,
  RealTimeProvider,
  RequestDelayedProvider,
} from '../provider.ts';

/** A provider that answers later, as one that answers at once: ordered, then looked at. So it passes the same suite. */
export function byOrder(
  provider: RequestDelayedProvider | PublishRetrieveProvider | PublishNotifyProvider,
): RealTimeProvider {
  return {
    manifest: provider.manifest,
    map: provider.map,
    connect(connection) {
      const client = provider.connect(connection);
      const [order, look] = orderingOf(client);
      return {
        close: client.close,
        async trace(batch): Promise<BatchAnswer> {
          const { references } = await order(batch);
          const items = [...references].map(([number, reference]) => ({ number, reference }));
          const findings = await look({ ...batch, items });
          const slices = new Map<string, unknown>();
          for (const { number, reference } of items) {
            const finding = findings.get(reference);
            if (finding?.state === 'found') slices.set(number, finding.slice);
          }
          return { slices };
        },
      };
    },
  };
}

type Client = ReturnType<Parameters<typeof byOrder>[0]['connect']>;

function orderingOf(client: Client) {
  if ('request' in client) return [client.request, client.collect] as const;
  return 'publish' in client
    ? ([client.publish, client.look] as const)
    : ([client.subscribe, client.look] as const);
}
