import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Page, PublishItem } from '@envase/contracts';
import { paginate } from './paginate.ts';
import type { ReceivedEvent } from './receiver.ts';
import { createRequest } from './request.ts';
import { createTokenCache } from './tokens.ts';

export interface ClientOptions {
  /** E.g. `https://connect.example.com`; routes are below `/api`. */
  connectDataUrl: string;
  /** E.g. `https://identity.example.com`. */
  identityUrl: string;
  clientId: string;
  clientSecret: string;
  /** Default `connectdata/events`. */
  scope?: string;
  /** Longest time for one try of a request, in milliseconds; 30,000 unless given. */
  timeoutMs?: number;
  fetch?: typeof fetch;
}

/** What is published (contract s3). `payload` comes back value for value. */
export interface PublishedEvent {
  orgId?: string;
  svcId?: string;
  type: string;
  action?: string;
  isTest?: boolean;
  payload: Record<string, unknown>;
}

/** The event as it was stored, and what became of each item (contract s3). */
export interface EventAnswer extends ReceivedEvent {
  items: PublishItem[];
}

export interface ContainersToTrace {
  orgId: string;
  svcId: string;
  providerId: string;
  siteId?: string;
  /** 1 to 1,000 numbers as the TMS knows them. */
  numbers: string[];
  /** When tracing ends: `outgated` unless given. */
  traceUntil?: 'outgated' | 'empty_returned';
  steamshipLine?: string;
  billOfLading?: string;
  reference?: string;
}

export interface WebhookToRegister {
  url?: string;
  triggers: string[];
  entityType: string;
  signingKey?: string;
  webhookHeaders?: { name: string; value: string }[];
  filters?: Record<string, unknown>[];
  orgId?: string;
  svcId?: string;
  description?: string;
  ordered?: boolean;
  maxInFlight?: number;
  isTest?: boolean;
  delivery?: 'push' | 'pull';
}

export interface Webhook extends Omit<WebhookToRegister, 'signingKey'> {
  id: string;
  hasSigningKey: boolean;
  status: 'enabled' | 'failing' | 'disabled';
  statusReason: string | null;
  pending: number;
  dead: number;
}

export interface PublishOptions {
  /** Sent as `Idempotency-Key`; a random one by default, so that a retry after a lost answer publishes once. */
  idempotencyKey?: string;
}

export type EnvaseClient = ReturnType<typeof createClient>;

/** A client of Connect Data with its token cache: publish, register web-hooks, read events and traces. */
export function createClient(options: ClientOptions) {
  const shared = { fetch: options.fetch ?? fetch, timeoutMs: options.timeoutMs ?? 30_000 };
  const tokens = createTokenCache({ ...options, ...shared, now: Date.now });
  const request = createRequest({
    ...shared,
    baseUrl: `${options.connectDataUrl}/api`,
    tokens,
    attempts: 6,
    sleep: (ms) => sleep(ms),
  });
  const publish = (event: PublishedEvent, { idempotencyKey = randomUUID() }: PublishOptions = {}) =>
    request<EventAnswer>({
      method: 'POST',
      path: '/events',
      body: event,
      headers: { 'idempotency-key': idempotencyKey },
    });
  return {
    publish,
    /** Publishes containers to be traced for availability (contract s3). */
    traceContainers: (
      { orgId, svcId, numbers, ...where }: ContainersToTrace,
      publishOptions?: PublishOptions,
    ) =>
      publish(
        {
          orgId,
          svcId,
          type: 'CONTAINER',
          action: 'TRACE_REQUESTED',
          payload: { ...where, containers: numbers.map((id) => ({ id })) },
        },
        publishOptions,
      ),
    webhooks: {
      /** Registering the same hook again answers with the one that is there: do it at every start. */
      register: (hook: WebhookToRegister) =>
        request<Webhook>({ method: 'POST', path: '/webhooks', body: hook }),
      get: (id: string) => request<Webhook>({ method: 'GET', path: `/webhooks/${encodeURIComponent(id)}` }),
      list: () =>
        paginate((cursor) => request<Page<Webhook>>({ method: 'GET', path: '/webhooks', query: { cursor } })),
      remove: (id: string) =>
        request<void>({ method: 'DELETE', path: `/webhooks/${encodeURIComponent(id)}` }),
    },
    events: {
      get: (id: string) =>
        request<ReceivedEvent>({ method: 'GET', path: `/events/${encodeURIComponent(id)}` }),
      list: (filters: Record<string, string> = {}) =>
        paginate((cursor) =>
          request<Page<ReceivedEvent>>({ method: 'GET', path: '/events', query: { ...filters, cursor } }),
        ),
    },
    traces: {
      get: (id: string) =>
        request<Record<string, unknown>>({ method: 'GET', path: `/traces/${encodeURIComponent(id)}` }),
    },
  };
}
