import type { DeliveryState } from '@envase/contracts';
import type { Delivery, HookTest, Webhook } from '../answers.ts';
import { type ListFilters, paginate } from '../paginate.ts';
import { type CallOptions, type PostOptions, path, type Requester } from '../request.ts';

/** A registration (contract s6). */
export interface WebhookToRegister {
  /** Not needed with `delivery: 'pull'`. */
  url?: string | undefined;
  /** Actions, e.g. `TRACE_RESULT`; `*` hears all but the requests that the client publishes itself. */
  triggers: readonly string[];
  entityType: string;
  signingKey?: string | undefined;
  webhookHeaders?: readonly { name: string; value: string }[] | undefined;
  /** Dotted paths and the values they must hold: all of one object, any of the objects. */
  filters?: readonly Record<string, string | number | boolean | null>[] | undefined;
  orgId?: string | undefined;
  svcId?: string | undefined;
  description?: string | undefined;
  /** What is told of one trace comes one by one, in its order. */
  ordered?: boolean | undefined;
  /** 1 to 50. */
  maxInFlight?: number | undefined;
  isTest?: boolean | undefined;
  delivery?: 'push' | 'pull' | undefined;
}

/** What was delivered or failed in a time is sent again. */
export interface ReplayRange {
  since: string | Date;
  until?: string | Date | undefined;
  failedOnly?: boolean | undefined;
}

export interface DeliveryFilters extends ListFilters {
  state?: DeliveryState | undefined;
}

/** `/api/webhooks` (contract s6). */
export function webhookRoutes(request: Requester) {
  return {
    /** Registering the same hook again answers with the one that is there: do it at every start. */
    register: (hook: WebhookToRegister, options?: PostOptions) =>
      request.json<Webhook>({ method: 'POST', path: '/webhooks', body: hook, options }),
    get: (id: string, options?: CallOptions) =>
      request.json<Webhook>({ method: 'GET', path: path`/webhooks/${id}`, options }),
    /** Newest first. */
    list: (filters: ListFilters = {}, options?: CallOptions) =>
      paginate<Webhook>(request, { path: '/webhooks', query: filters, options }),
    /** Replaces all but the signing key. */
    replace: (id: string, hook: WebhookToRegister, options?: CallOptions) =>
      request.json<Webhook>({ method: 'PUT', path: path`/webhooks/${id}`, body: hook, options }),
    /** Changes what is given; the old signing key keeps signing beside a new one for 24 h. */
    change: (id: string, changes: Partial<WebhookToRegister>, options?: CallOptions) =>
      request.json<Webhook>({ method: 'PATCH', path: path`/webhooks/${id}`, body: changes, options }),
    remove: (id: string, options?: CallOptions) =>
      request.json<void>({ method: 'DELETE', path: path`/webhooks/${id}`, options }),
    /** Sends a sample now and answers what the receiver said. */
    test: (id: string, options?: PostOptions) =>
      request.json<HookTest>({ method: 'POST', path: path`/webhooks/${id}/test`, options }),
    enable: (id: string, options?: PostOptions) =>
      request.json<Webhook>({ method: 'POST', path: path`/webhooks/${id}/enable`, options }),
    replay: (id: string, range: ReplayRange, options?: PostOptions) =>
      request.json<{ replayId: string }>({
        method: 'POST',
        path: path`/webhooks/${id}/replay`,
        body: range,
        options,
      }),
    /** Newest first. */
    deliveries: (id: string, filters: DeliveryFilters = {}, options?: CallOptions) =>
      paginate<Delivery>(request, { path: path`/webhooks/${id}/deliveries`, query: filters, options }),
  };
}
