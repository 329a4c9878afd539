import type { Page } from '@envase/contracts';
import type { DeliveryWithAttempts, PulledDelivery } from '../answers.ts';
import { type CallOptions, type PostOptions, path, type Requester } from '../request.ts';

export interface PullRequest extends CallOptions {
  webhook: string;
  /** The cursor that was handled last; without it, the oldest that is kept. */
  after?: string | undefined;
  /** How long to wait for something new, 0 to 30. */
  waitSeconds?: number | undefined;
  limit?: number | undefined;
}

/** `/api/deliveries` (contract s6). */
export function deliveryRoutes(request: Requester) {
  return {
    get: (id: string, options?: CallOptions) =>
      request.json<DeliveryWithAttempts>({ method: 'GET', path: path`/deliveries/${id}`, options }),
    /** One page of what a web-hook is owed, oldest first; `consumeDeliveries` does this in a loop. */
    pull: ({ webhook, after, waitSeconds = 0, limit, ...options }: PullRequest) =>
      request.json<Page<PulledDelivery>>({
        method: 'GET',
        path: '/deliveries',
        query: { webhook, after, wait: waitSeconds || undefined, limit },
        options,
        extraMs: waitSeconds * 1000,
      }),
    /** Once more with the same `webhook-id`, at once. */
    resend: (id: string, options?: PostOptions) =>
      request.json<DeliveryWithAttempts>({ method: 'POST', path: path`/deliveries/${id}/resend`, options }),
  };
}
