import type { TraceRepository } from '@envase/db';
import {
  isPublishNotify,
  isPublishRetrieve,
  isRealTime,
  isRequestDelayed,
  type Provider,
  type ProviderConnection,
  type PublishNotifyClient,
  type PublishNotifyProvider,
  type PublishRetrieveClient,
} from '@envase/providers';
import type { Clock } from '@envase/runtime';
import { type AskProvider, askByOrder, askRealTime } from './runs/ask-provider.ts';

/** A connected provider: how a trace is run, and what else its workflow takes. */
export interface ConnectedProvider {
  ask: AskProvider;
  close(): void;
  retrieving?: Pick<PublishRetrieveClient, 'retrieve'>;
  notifying?: { provider: PublishNotifyProvider; client: Pick<PublishNotifyClient, 'read'> };
}

type Spend = ProviderConnection['spend'];

const defaultLookMs = 30 * 60_000;

/** From an order to the look for what never came, in real milliseconds. */
export function lookWaitOf({ manifest }: Provider, clock: Clock): number {
  return clock.wait(manifest.waits?.lookMs ?? defaultLookMs);
}

/** Connects a provider by its workflow (architecture, Workflows). Throws for a workflow that there is not. */
export function connectProvider(
  provider: Provider,
  by: { connection: ProviderConnection; spendInTurn: Spend; clock: Clock; traces: TraceRepository },
): ConnectedProvider {
  const { connection, clock, traces } = by;
  const { id: via, waits } = provider.manifest;
  const ordering = {
    waitMs: lookWaitOf(provider, clock),
    ...(waits?.firstLookMs !== undefined && { firstLookMs: clock.wait(waits.firstLookMs) }),
    via,
    traces,
  };
  if (isRealTime(provider)) {
    const client = provider.connect(connection);
    return { ask: askRealTime(client), close: client.close };
  }
  if (isRequestDelayed(provider)) {
    const { request: order, collect: look, close } = provider.connect(connection);
    return { ask: askByOrder({ ...ordering, order, look, isStanding: false }), close };
  }
  if (isPublishRetrieve(provider)) {
    const { publish: order, look, close } = provider.connect(connection);
    // A long retrieval goes request by request behind the orders that wait, or it would starve them.
    const retrieving = provider.connect({ ...connection, spend: by.spendInTurn });
    const ask = askByOrder({ ...ordering, order, look, isStanding: true });
    const closeBoth = () => {
      close();
      retrieving.close();
    };
    return { ask, close: closeBoth, retrieving };
  }
  if (isPublishNotify(provider)) {
    const client = provider.connect(connection);
    const { subscribe: order, look, close } = client;
    return {
      ask: askByOrder({ ...ordering, order, look, isStanding: true }),
      close,
      notifying: { provider, client },
    };
  }
  throw new Error('A provider has one of the four workflows');
}
