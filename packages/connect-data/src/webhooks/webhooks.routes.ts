import { errorBody, listQuery, pageOf, webhookAnswer, webhookBody, webhookChanges } from '@envase/contracts';
import type { DeliveryRepository, WebhookDoc } from '@envase/db';
import { endpoint, type Method, type Route } from '@envase/http';
import { z } from 'zod';
import { webhookChangeExamples, webhookExamples } from '../docs/request-examples.ts';
import { tenantOf } from '../tenant.ts';
import { type ChangeDeps, createWebhookChanges, type WebhookChanges } from './change-webhook.ts';
import { hookId } from './hook-id.ts';
import { presentWebhook } from './present-webhook.ts';
import { createRegisterWebhook } from './register-webhook.ts';
import { replayRoute } from './replay.routes.ts';
import { type TestDeps, testRoute } from './test.routes.ts';

const scope = 'connectdata/events';

/** `/api/webhooks`: register, read, change and remove web-hooks (contract s6). */
export function webhookRoutes(deps: ChangeDeps & TestDeps): Route[] {
  const present = createPresent(deps);
  const changes = createWebhookChanges(deps);
  const one = oneHookRoute(present);
  return [
    registerRoute(deps, present),
    listRoute(deps, present),
    one('GET', 'Read one web-hook with its health', ({ tenant, id }) => changes.load(tenant, id)),
    changeRoute('PUT', 'Replace all of a web-hook but its key', { present, change: changes.replace }),
    changeRoute('PATCH', 'Change what is given of a web-hook', { present, change: changes.patch }),
    removeRoute(changes),
    {
      ...one('POST', 'Send to a disabled web-hook again', ({ tenant, id }) => changes.enable(tenant, id)),
      path: '/api/webhooks/:id/enable',
    },
    testRoute(deps),
    replayRoute(deps),
  ];
}

type Present = (hook: WebhookDoc) => Promise<object>;

function createPresent({ deliveries }: { deliveries: DeliveryRepository }): Present {
  return async (hook) => presentWebhook(hook, await deliveries.counts(hook._id));
}

function registerRoute(deps: ChangeDeps, present: Present): Route {
  const register = createRegisterWebhook(deps);
  return {
    method: 'POST',
    path: '/api/webhooks',
    endpoint: endpoint({
      scope,
      summary: 'Register a web-hook; the same one again answers with the existing',
      body: z.unknown(),
      takes: { schema: webhookBody, examples: webhookExamples },
      answers: { 200: webhookAnswer, 201: webhookAnswer },
      handle: async ({ client, body }) => {
        const { created, hook } = await register(tenantOf(client), body);
        return { status: created ? 201 : 200, body: await present(hook) };
      },
    }),
  };
}

function listRoute({ webhooks }: ChangeDeps, present: Present): Route {
  return {
    method: 'GET',
    path: '/api/webhooks',
    endpoint: endpoint({
      scope,
      summary: 'List web-hooks, newest first',
      query: listQuery,
      answers: { 200: pageOf(webhookAnswer) },
      handle: async ({ client, query }) => {
        const page = await webhooks.list(tenantOf(client), query);
        const data = await Promise.all(page.items.map(present));
        return { status: 200, body: { data, nextCursor: page.nextCursor } };
      },
    }),
  };
}

type OneHook = { tenant: ReturnType<typeof tenantOf>; id: string };

function oneHookRoute(present: Present) {
  return (method: Method, summary: string, work: (of: OneHook) => Promise<WebhookDoc>): Route => ({
    method,
    path: '/api/webhooks/:id',
    endpoint: endpoint({
      scope,
      summary,
      params: hookId,
      answers: { 200: webhookAnswer },
      handle: async ({ client, params }) => {
        const hook = await work({ tenant: tenantOf(client), id: params.id });
        return { status: 200, body: await present(hook) };
      },
    }),
  });
}

function changeRoute(
  method: 'PUT' | 'PATCH',
  summary: string,
  { present, change }: { present: Present; change: WebhookChanges['replace'] },
): Route {
  return {
    method,
    path: '/api/webhooks/:id',
    endpoint: endpoint({
      scope,
      summary,
      params: hookId,
      body: z.unknown(),
      takes:
        method === 'PUT'
          ? { schema: webhookBody }
          : { schema: webhookChanges, examples: webhookChangeExamples },
      // Another hook is registered so already.
      answers: { 200: webhookAnswer, 409: errorBody },
      handle: async ({ client, params, body }) => {
        const hook = await change(tenantOf(client), params.id, body);
        return { status: 200, body: await present(hook) };
      },
    }),
  };
}

function removeRoute(changes: WebhookChanges): Route {
  return {
    method: 'DELETE',
    path: '/api/webhooks/:id',
    endpoint: endpoint({
      scope,
      summary: 'Remove a web-hook; what it was still owed is cancelled',
      params: hookId,
      answers: { 204: z.undefined() },
      handle: async ({ client, params }) => {
        await changes.remove(tenantOf(client), params.id);
        return { status: 204 };
      },
    }),
  };
}
