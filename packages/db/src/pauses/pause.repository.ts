import type { Connection } from 'mongoose';
import { requireText } from '../check-values.ts';
import { durable, forWork, storing } from '../concerns.ts';
import { shield } from '../failures.ts';
import { collectionOf } from '../models.ts';
import type { PauseDoc, PauseRepository } from './pause-documents.ts';

/** Whom operators have paused. Methods throw `unavailable` while the database is away. */
export function createPauseRepository(connection: Connection): PauseRepository {
  const pauses = collectionOf<PauseDoc>(connection, 'pauses');
  return shield<PauseRepository>({
    list: () => pauses.find({}, { sort: { _id: 1 }, ...forWork }).toArray(),
    put: async (pause) => {
      await pauses.replaceOne({ _id: requireText(pause._id, 'id') }, pause, { ...storing, upsert: true });
    },
    remove: async (id) =>
      (await pauses.deleteOne({ _id: requireText(id, 'id') }, durable)).deletedCount === 1,
  });
}
