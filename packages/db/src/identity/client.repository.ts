import type { Connection, mongo } from 'mongoose';
import { requireDate, requireText } from '../check-values.ts';
import { forClients, forWork, storing } from '../concerns.ts';
import type { ClientDoc } from '../documents.ts';
import { shield, writesOnce } from '../failures.ts';
import { collectionOf } from '../models.ts';
import { readPageByCreation } from '../read-page.ts';
import type { ClientEntry, ClientRepository } from '../repositories.ts';
import { overlapping } from './load-window.ts';

/** Clients and their grants. Methods throw `unavailable` while the database is away. */
export function createClientRepository(connection: Connection): ClientRepository {
  const clients = collectionOf<ClientDoc>(connection, 'clients');
  return shield<ClientRepository>({
    insert: (client) => {
      requireText(client._id, 'id of a client');
      return writesOnce(clients.insertOne(client, storing));
    },
    find: (id) => clients.findOne({ _id: requireText(id, 'id') }, forClients),
    list: (page) => {
      const filter: mongo.Filter<ClientDoc> = { status: { $in: ['active', 'disabled'] } };
      return readPageByCreation({ collection: clients, kind: 'clients', filter, page });
    },
    swap: async (expected, client) => {
      const unchanged = {
        _id: requireText(client._id, 'id of a client'),
        changedAt: requireDate(expected, 'expected'),
      };
      return (await clients.replaceOne(unchanged, client, storing)).matchedCount === 1;
    },
    findChangedSince: (since) => clients.find(changedSince(since), forWork).toArray(),
    loadClientsChangedSince: (since) => {
      const window = changedSince(since === null ? null : overlapping(requireDate(since, 'since')));
      return clients.find<ClientEntry>(window, { projection: { secrets: 0 }, ...forWork }).toArray();
    },
  });
}

function changedSince(since: Date | null): mongo.Filter<ClientDoc> {
  return since === null ? {} : { changedAt: { $gte: requireDate(since, 'since') } };
}
