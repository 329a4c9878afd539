import type { Connection } from 'mongoose';
import { requireText } from '../check-values.ts';
import { durable, forWork, storing } from '../concerns.ts';
import { shield } from '../failures.ts';
import { collectionOf } from '../models.ts';
import type { OperatorList } from './operator-list-documents.ts';

/** What operators set. Methods throw `unavailable` while the database is away. */
export function createOperatorList<T extends { _id: string }>(
  connection: Connection,
  name: 'pauses' | 'cadence_rules',
): OperatorList<T> {
  // Every list is keyed by text alike; what else a document holds is its own affair.
  const documents = collectionOf<{ _id: string }>(connection, name);
  return shield<OperatorList<T>>({
    // `put` stored nothing else.
    list: async () => (await documents.find({}, { sort: { _id: 1 }, ...forWork }).toArray()) as T[],
    put: async (one) => {
      await documents.replaceOne({ _id: requireText(one._id, 'id') }, one, { ...storing, upsert: true });
    },
    remove: async (id) =>
      (await documents.deleteOne({ _id: requireText(id, 'id') }, durable)).deletedCount === 1,
  });
}
