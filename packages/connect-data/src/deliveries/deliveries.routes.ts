import { deliveryAnswer, deliveryStates, deliveryWithAttempts, listQuery, pageOf } from '@envase/contracts';
import type { DeliveryRepository, WebhookRepository } from '@envase/db';
import { endpoint, type Route } from '@envase/http';
import { AppError } from '@envase/runtime';
import { z } from 'zod';
import { tenantOf } from '../tenant.ts';
import { hookId } from '../webhooks/hook-id.ts';
import { deliveryId } from './delivery-id.ts';
import { presentDelivery, presentDeliveryWithAttempts } from './present-delivery.ts';
import { type PullDeps, pullRoute } from './pull.routes.ts';
import { type ResendDeps, resendRoute } from './resend.routes.ts';

const scope = 'connectdata/events';
const deliveryQuery = listQuery.extend({ state: z.enum(deliveryStates).optional() });

interface DeliveryRouteDeps extends PullDeps, ResendDeps {
  deliveries: DeliveryRepository;
  webhooks: WebhookRepository;
}

/** Deliveries of the caller's hooks, and what became of each attempt (contract s6). */
export function deliveryRoutes(deps: DeliveryRouteDeps): Route[] {
  const { deliveries, webhooks } = deps;
  return [
    pullRoute(deps),
    resendRoute(deps),
    {
      method: 'GET',
      path: '/api/webhooks/:id/deliveries',
      endpoint: endpoint({
        scope,
        summary: 'List the deliveries of a web-hook, newest first',
        params: hookId,
        query: deliveryQuery,
        answers: { 200: pageOf(deliveryAnswer) },
        handle: async ({ client, params, query }) => {
          const tenant = tenantOf(client);
          const { state, ...page } = query;
          if (!(await webhooks.find(tenant, params.id))) {
            throw new AppError('not_found', 'There is no such web-hook');
          }
          const { items, nextCursor } = await deliveries.list(tenant, params.id, state, page);
          return { status: 200, body: { data: items.map(presentDelivery), nextCursor } };
        },
      }),
    },
    {
      method: 'GET',
      path: '/api/deliveries/:id',
      endpoint: endpoint({
        scope,
        summary: 'Read one delivery with its attempts',
        params: deliveryId,
        answers: { 200: deliveryWithAttempts },
        handle: async ({ client, params }) => {
          const delivery = await deliveries.find(tenantOf(client), params.id);
          if (!delivery) throw new AppError('not_found', 'There is no such delivery');
          return { status: 200, body: presentDeliveryWithAttempts(delivery) };
        },
      }),
    },
  ];
}
