import { createRequester, type PostOptions } from './request.ts';
import { catalogueRoutes } from './routes/catalogue.ts';
import { credentialRoutes } from './routes/credentials.ts';
import { deliveryRoutes } from './routes/deliveries.ts';
import { eventRoutes } from './routes/events.ts';
import {
  type BookingsToTrace,
  type ContainersToTrace,
  orderBookings,
  orderContainers,
} from './routes/orders.ts';
import { traceRoutes } from './routes/traces.ts';
import { webhookRoutes } from './routes/webhooks.ts';
import { createTokenCache } from './tokens.ts';

export interface ClientOptions {
  /** E.g. `https://connect.example.com`; routes are below `/api`. */
  connectDataUrl: string;
  /** E.g. `https://identity.example.com`. */
  identityUrl: string;
  clientId: string;
  clientSecret: string;
  /** Default `connectdata/events`. */
  scope?: string | undefined;
  /** Longest time for one try of a request, in milliseconds; 30,000 unless given. */
  timeoutMs?: number | undefined;
  /** Tries in all of a request that meets 429, 503 or a lost connection; 6 unless given. */
  attempts?: number | undefined;
  /** The longest `Retry-After` that is waited for, in milliseconds; 60,000 unless given. A longer one is an error at once. */
  longestWaitMs?: number | undefined;
  fetch?: typeof fetch | undefined;
}

export type EnvaseClient = ReturnType<typeof createClient>;

/**
 * A client of Connect Data with its token cache: every route of the contract. Lists are async iterators over all their
 * pages. Each call throws EnvaseError where it is refused, and the signal's reason where it is aborted.
 */
export function createClient(options: ClientOptions) {
  const connection = { fetch: options.fetch ?? fetch, timeoutMs: options.timeoutMs ?? 30_000 };
  const request = createRequester({
    ...connection,
    baseUrl: `${withoutSlash(options.connectDataUrl)}/api`,
    tokens: createTokenCache({
      ...options,
      ...connection,
      identityUrl: withoutSlash(options.identityUrl),
      now: Date.now,
    }),
    attempts: options.attempts ?? 6,
    longestWaitMs: options.longestWaitMs ?? 60_000,
  });
  const events = eventRoutes(request);
  return {
    /** Publishes any event (contract s3). */
    publish: events.publish,
    /** Publishes containers to be traced. */
    traceContainers: (containers: ContainersToTrace, publishOptions?: PostOptions) =>
      events.publish(orderContainers(containers), publishOptions),
    /** Publishes export bookings to be traced. */
    traceBookings: (bookings: BookingsToTrace, publishOptions?: PostOptions) =>
      events.publish(orderBookings(bookings), publishOptions),
    events: { get: events.get, list: events.list },
    traces: traceRoutes(request),
    webhooks: webhookRoutes(request),
    deliveries: deliveryRoutes(request),
    credentials: credentialRoutes(request),
    ...catalogueRoutes(request),
  };
}

/** Throws TypeError where it is no address: better now than at every request. */
function withoutSlash(url: string): string {
  return new URL(url).href.replace(/\/+$/, '');
}
