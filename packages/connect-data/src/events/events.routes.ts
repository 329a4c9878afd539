import { listQuery, pageOf, publishBody, publishedEvent, storedEvent } from '@envase/contracts';
import { type EventRepository, renderStoredEvent } from '@envase/db';
import { endpoint, type Route, type TokenBucket } from '@envase/http';
import { AppError } from '@envase/runtime';
import { z } from 'zod';
import { publishExamples } from '../docs/request-examples.ts';
import { moment } from '../moment.ts';
import { tenantOf } from '../tenant.ts';
import type { Publish } from './publish.ts';

const word = z.string().min(1).max(64).toUpperCase();
const ownerId = z.string().min(1).max(128);
const eventQuery = listQuery.extend({
  type: word.optional(),
  action: word.optional(),
  orgId: ownerId.optional(),
  svcId: ownerId.optional(),
  id: z.string().min(1).max(64).optional(),
  since: moment.optional(),
  until: moment.optional(),
});
const eventId = z.object({ id: z.uuid() });

/** Contract s2: 1–255 visible ASCII characters. */
const idempotencyKey = z.string().regex(/^[\x21-\x7e]{1,255}$/);

interface EventRouteDeps {
  publish: Publish;
  events: EventRepository;
  limit: TokenBucket;
}

/** `/api/events`: publish, and read what was published and told (contract s3, s7). */
export function eventRoutes(deps: EventRouteDeps): Route[] {
  return [publishRoute(deps), listRoute(deps), readRoute(deps)];
}

function publishRoute({ publish, limit }: EventRouteDeps): Route {
  return {
    method: 'POST',
    path: '/api/events',
    endpoint: endpoint({
      scope: 'connectdata/events',
      operationId: 'publishEvent',
      summary: 'Publish an event',
      limit,
      body: z.unknown(),
      takes: { schema: publishBody, examples: publishExamples },
      answers: { 201: publishedEvent },
      handle: async ({ client, body, rawBody, headers }) => {
        const published = await publish({
          tenant: tenantOf(client),
          body,
          rawBody,
          idempotencyKey: readKey(headers['idempotency-key']),
        });
        return {
          status: 201,
          body: { json: published.json },
          ...(published.isReplayed ? { headers: { 'Idempotency-Replayed': 'true' } } : {}),
        };
      },
    }),
  };
}

function listRoute({ events }: EventRouteDeps): Route {
  return {
    method: 'GET',
    path: '/api/events',
    endpoint: endpoint({
      scope: 'connectdata/events',
      summary: 'List events, newest first',
      query: eventQuery,
      answers: { 200: pageOf(storedEvent) },
      handle: async ({ client, query }) => {
        const { limit, cursor, ...filters } = query;
        const page = await events.list(tenantOf(client), filters, { limit, cursor });
        const data = page.items.map((event) => renderStoredEvent(event)).join(',');
        return {
          status: 200,
          body: { json: `{"data":[${data}],"nextCursor":${JSON.stringify(page.nextCursor)}}` },
        };
      },
    }),
  };
}

function readRoute({ events }: EventRouteDeps): Route {
  return {
    method: 'GET',
    path: '/api/events/:id',
    endpoint: endpoint({
      scope: 'connectdata/events',
      summary: 'Read one event',
      params: eventId,
      answers: { 200: storedEvent },
      handle: async ({ client, params }) => {
        const event = await events.find(tenantOf(client), params.id);
        if (!event) throw new AppError('not_found', 'There is no such event');
        return { status: 200, body: { json: renderStoredEvent(event) } };
      },
    }),
  };
}

function readKey(header: string | string[] | undefined): string | null {
  if (header === undefined) return null;
  const parsed = idempotencyKey.safeParse(header);
  if (parsed.success) return parsed.data;
  const message = '1 to 255 visible ASCII characters without blanks, once';
  throw new AppError('invalid_request', 'The Idempotency-Key is not valid', {
    details: [{ path: 'header.Idempotency-Key', message }],
  });
}
