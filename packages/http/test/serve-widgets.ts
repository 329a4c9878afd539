import { randomBytes } from 'node:crypto';
import { createKeyRing, createTestClock } from '@envase/runtime';
import { z } from 'zod';
import type { Authenticator } from '../src/authentication/authenticator.ts';
import { endpoint, type Reply } from '../src/endpoint.ts';
import { createIdempotency, type IdempotencyOptions } from '../src/idempotency/idempotency.ts';
import type { Method, Route } from '../src/router.ts';
import { createMemoryKeys } from './memory-stores.ts';
import { send, serve } from './serve.ts';

const authenticate: Authenticator = async (clientId = '') => ({
  clientId,
  grants: [],
  scopes: ['connectdata/events'],
});

/** Routes under idempotency keys, whose answers count how often the handler ran. */
export async function serveWidgets(
  handle: (count: number) => Reply | Promise<Reply> = (count) => ({ status: 201, body: { count } }),
  changes: Partial<IdempotencyOptions> = {},
) {
  const clock = createTestClock(Date.UTC(2026, 10, 24));
  const store = createMemoryKeys();
  const ring = createKeyRing({ keys: { k1: randomBytes(32).toString('base64') }, current: 'k1' });
  const idempotency = createIdempotency({ store, ring, clock, exempt: ['/exempt'], ...changes });
  let count = 0;
  const work = () => {
    count += 1;
    return handle(count);
  };
  const route = (method: Method, path: string): Route => ({
    method,
    path,
    endpoint: endpoint({
      scope: 'connectdata/events',
      params: z.object({ id: z.string().optional() }),
      body: z.unknown(),
      handle: work,
    }),
  });
  const open: Route = { method: 'POST', path: '/open', endpoint: endpoint({ scope: null, handle: work }) };
  const routes = [
    route('POST', '/widgets'),
    route('PUT', '/widgets'),
    route('POST', '/gadgets'),
    route('POST', '/widgets/:id/test'),
    route('POST', '/exempt'),
    open,
  ];
  const app = await serve(routes, { authenticate, around: [idempotency] });
  const post = (
    key: string | undefined,
    { path = '/widgets', body = {} as unknown, client = 'c1', method = 'POST' } = {},
  ) => {
    const headers = { authorization: client, ...(key === undefined ? {} : { 'idempotency-key': key }) };
    return send(`${app.url}${path}`, { method, body, headers });
  };
  return { app, clock, store, ring, post, ran: () => count };
}

/** Null for a first answer, `true` for a repeat. */
export function isReplayed({ headers }: Awaited<ReturnType<typeof send>>): string | null {
  return headers.get('idempotency-replayed');
}
