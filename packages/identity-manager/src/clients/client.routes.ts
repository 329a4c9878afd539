import { errorBody, listQuery, pageOf } from '@envase/contracts';
import { endpoint, type Route } from '@envase/http';
import { z } from 'zod';
import {
  clientAnswer,
  clientChangesBody,
  createdClient,
  newClientBody,
  newSecret,
} from './client-schemas.ts';
import type { ClientChanges, Clients } from './clients.ts';

const params = z.object({ id: z.uuid() });
const scope = 'connectdata/admin';
// Others were faster, again and again.
const raced = errorBody;
const newClientExample = {
  name: 'Yard TMS',
  scopes: ['connectdata/events'],
  grants: [{ orgId: '3b42ff39-d731-43f6-a8a2-1b257f87469e', svcId: '*' }],
};

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
        takes: { examples: { tms: newClientExample } },
        answers: { 201: createdClient },
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
        answers: { 200: pageOf(clientAnswer) },
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
        answers: { 200: clientAnswer },
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
        takes: { examples: { name: { name: 'Yard TMS' }, off: { status: 'disabled' } } },
        answers: { 200: clientAnswer, 409: raced },
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
        answers: { 204: z.undefined(), 409: raced },
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
        operationId: 'addClientSecret',
        summary: 'Add a secret; the older of two dies',
        params,
        answers: { 201: newSecret },
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
