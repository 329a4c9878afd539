import { listQuery } from '@envase/contracts';
import { endpoint, type Route } from '@envase/http';
import { z } from 'zod';
import { clientChangesBody, newClientBody } from './client-schemas.ts';
import type { ClientChanges, Clients } from './clients.ts';

const params = z.object({ id: z.uuid() });
const scope = 'connectdata/admin';

/** `/admin/clients` (contract s10). */
export function clientRoutes(clients: Clients): Route[] {
  return [
    {
      method: 'POST',
      path: '/admin/clients',
      endpoint: endpoint({
        scope,
        summary: 'Create a client',
        body: newClientBody,
        handle: async ({ body }) => {
          const { secret, ...client } = await clients.create(body);
          return { status: 201, body: { ...client, secret }, audit: { after: client } };
        },
      }),
    },
    {
      method: 'GET',
      path: '/admin/clients',
      endpoint: endpoint({
        scope,
        summary: 'List clients',
        query: listQuery,
        handle: async ({ query }) => ({ status: 200, body: await clients.list(query) }),
      }),
    },
    ...oneClientRoutes(clients),
  ];
}

function oneClientRoutes(clients: Clients): Route[] {
  const path = '/admin/clients/:id';
  return [
    {
      method: 'GET',
      path,
      endpoint: endpoint({
        scope,
        summary: 'Read a client',
        params,
        handle: async ({ params: { id } }) => ({ status: 200, body: await clients.find(id) }),
      }),
    },
    {
      method: 'PATCH',
      path,
      endpoint: endpoint({
        scope,
        summary: 'Change a client',
        params,
        body: clientChangesBody,
        handle: async ({ params: { id }, body }) => {
          const client = await clients.change(id, withoutUndefined(body));
          return { status: 200, body: client, audit: { after: client } };
        },
      }),
    },
    {
      method: 'DELETE',
      path,
      endpoint: endpoint({
        scope,
        summary: 'Remove a client and its tokens',
        params,
        async handle({ params: { id } }) {
          await clients.remove(id);
          return { status: 204 };
        },
      }),
    },
    {
      method: 'POST',
      path: `${path}/secrets`,
      endpoint: endpoint({
        scope,
        summary: 'Add a secret; the older of two dies',
        params,
        handle: async ({ params: { id } }) => ({ status: 201, body: await clients.addSecret(id) }),
      }),
    },
  ];
}

function withoutUndefined(changes: z.output<typeof clientChangesBody>): ClientChanges {
  const given = Object.entries(changes).filter(([, value]) => value !== undefined);
  // The cast: what is left has only the members that were given.
  return Object.fromEntries(given) as ClientChanges;
}
