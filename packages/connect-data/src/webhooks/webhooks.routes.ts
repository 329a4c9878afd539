import { listQuery } from '@envase/contracts';
import type { DeliveryRepository, Tenant, WebhookDoc } from '@envase/db';
import { endpoint, type Route } from '@envase/http';
import { AppError } from '@envase/runtime';
import { z } from 'zod';
import { tenantOf } from '../tenant.ts';
import { presentWebhook } from './present-webhook.ts';
import { createRegisterWebhook, type WebhookDeps } from './register-webhook.ts';

const hookId = z.object({ id: z.uuid() });

/** `/api/webhooks`: register, read and remove web-hooks (contract s6). */
export function webhookRoutes(deps: WebhookDeps & { deliveries: DeliveryRepository }): Route[] {
  const { webhooks, deliveries } = deps;
  const register = createRegisterWebhook(deps);
  const present = async (hook: WebhookDoc) => presentWebhook(hook, await deliveries.counts(hook._id));
  const load = async (tenant: Tenant, id: string) => {
    const hook = await webhooks.find(tenant, id);
    if (!hook) throw new AppError('not_found', 'There is no such web-hook');
    return hook;
  };
  return [
    {
      method: 'POST',
      path: '/api/webhooks',
      endpoint: endpoint({
        scope: 'connectdata/events',
        summary: 'Register a web-hook; the same one again answers with the existing',
        body: z.unknown(),
        handle: async ({ client, body }) => {
          const { created, hook } = await register(tenantOf(client), body);
          return { status: created ? 201 : 200, body: await present(hook) };
        },
      }),
    },
    {
      method: 'GET',
      path: '/api/webhooks',
      endpoint: endpoint({
        scope: 'connectdata/events',
        summary: 'List web-hooks, newest first',
        query: listQuery,
        handle: async ({ client, query }) => {
          const page = await webhooks.list(tenantOf(client), query);
          return {
            status: 200,
            body: { data: await Promise.all(page.items.map(present)), nextCursor: page.nextCursor },
          };
        },
      }),
    },
    {
      method: 'GET',
      path: '/api/webhooks/:id',
      endpoint: endpoint({
        scope: 'connectdata/events',
        summary: 'Read one web-hook with its health',
        params: hookId,
        handle: async ({ client, params }) => ({
          status: 200,
          body: await present(await load(tenantOf(client), params.id)),
        }),
      }),
    },
    {
      method: 'DELETE',
      path: '/api/webhooks/:id',
      endpoint: endpoint({
        scope: 'connectdata/events',
        summary: 'Remove a web-hook; what it was still owed is cancelled',
        params: hookId,
        handle: async ({ client, params }) => {
          const isRemoved = await webhooks.remove(tenantOf(client), params.id);
          if (!isRemoved) throw new AppError('not_found', 'There is no such web-hook');
          return { status: 204 };
        },
      }),
    },
  ];
}
