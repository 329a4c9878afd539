import { errorBody, listQuery, pageOf } from '@envase/contracts';
import {
  type DeliveryRepository,
  type EventRepository,
  type PulledPage,
  renderStoredEvent,
  type WebhookRepository,
} from '@envase/db';
import { type Authenticator, endpoint, type Route } from '@envase/http';
import { AppError } from '@envase/runtime';
import { z } from 'zod';
import { tenantOf } from '../tenant.ts';
import { createWaitForSome } from './wait-for-some.ts';

const seconds = z
  .string()
  .regex(/^([0-9]|[12][0-9]|30)$/, 'whole seconds from 0 to 30')
  .transform(Number)
  .default(0);
const pullQuery = z.object({
  webhook: z.string().min(1).max(200),
  after: z.string().min(1).max(200).optional(),
  wait: seconds,
  limit: listQuery.shape.limit,
});
const pulledEvent = z.object({ id: z.string(), cursor: z.string(), event: z.looseObject({}) });

export interface PullDeps {
  deliveries: Pick<DeliveryRepository, 'listAfter'>;
  webhooks: Pick<WebhookRepository, 'find'>;
  events: Pick<EventRepository, 'getMany'>;
  /** Who waits is looked at again each time: nobody hears more than he may by then (quality S2). */
  authenticate: Authenticator;
  isStopping: () => boolean;
}

/** `GET /api/deliveries`: the stream of a hook for receivers that cannot be called (contract s6, s10, pull). */
export function pullRoute({ deliveries, webhooks, events, authenticate, isStopping }: PullDeps): Route {
  const waitForSome = createWaitForSome({ isStopping });
  return {
    method: 'GET',
    path: '/api/deliveries',
    endpoint: endpoint({
      scope: 'connectdata/events',
      summary: 'Pull the deliveries of a web-hook, oldest first',
      query: pullQuery,
      answers: { 200: pageOf(pulledEvent), 404: errorBody, 410: errorBody, 429: errorBody },
      handle: async ({ client, query, headers, signal }) => {
        const { webhook, after, wait, limit } = query;
        const look = async () => {
          const tenant = tenantOf(await authenticate(headers.authorization));
          if (!(await webhooks.find(tenant, webhook))) {
            throw new AppError('not_found', 'There is no such web-hook');
          }
          return deliveries.listAfter(tenant, webhook, { limit, after });
        };
        const waiting = { clientId: client.clientId, waitMs: wait * 1_000, signal };
        return { status: 200, body: { json: await present(await waitForSome(waiting, look), events) } };
      },
    }),
  };
}

/** The page as JSON text, each event as its hook would receive it; one that is no longer kept is left out. */
async function present({ items, nextCursor }: PulledPage, events: PullDeps['events']): Promise<string> {
  const found = await events.getMany([...new Set(items.map(({ delivery }) => delivery.eventId))]);
  const byId = new Map(found.map((event) => [event._id, event]));
  const data = items.flatMap(({ delivery, cursor }) => {
    const event = byId.get(delivery.eventId);
    if (!event) return [];
    const head = JSON.stringify({ id: delivery._id, cursor }).slice(0, -1);
    return [`${head},"event":${renderStoredEvent(event, delivery.action)}}`];
  });
  return `{"data":[${data.join(',')}],"nextCursor":${JSON.stringify(nextCursor)}}`;
}
