import type { Connection } from 'mongoose';
import { requireDate, requireLimit, requireText, requireTexts } from '../check-values.ts';
import { durable, forWork, isSet, quick, storing } from '../concerns.ts';
import type { InboxDoc } from '../documents.ts';
import { shield, writesOnce } from '../failures.ts';
import { collectionOf } from '../models.ts';
import type { InboxRepository } from '../repositories.ts';

// `body` comes back as bytes, not as BSON's wrapper of bytes.
const asBytes = { promoteBuffers: true } as const;

/** Bodies that providers sent us. Methods throw `unavailable` while the database is away. */
export function createInboxRepository(connection: Connection): InboxRepository {
  const inbox = collectionOf<InboxDoc>(connection, 'inbox');
  return shield<InboxRepository>({
    insert: async (item) => {
      requireText(item._id, 'id');
      await writesOnce(inbox.insertOne(item, storing));
    },
    get: (id) => inbox.findOne({ _id: requireText(id, 'id') }, { ...asBytes, ...forWork }),
    findOwing: async (now, limit) => {
      const filter = { dueAt: { ...isSet, $lte: requireDate(now, 'now') } };
      const options = { projection: { _id: 1 }, sort: { dueAt: 1 }, ...forWork } as const;
      const owing = await inbox.find(filter, { ...options, limit: requireLimit(limit) }).toArray();
      return owing.map(({ _id }) => ({ id: _id }));
    },
    postpone: async (ids, dueAt) => {
      if (ids.length === 0) return;
      const owing = { _id: { $in: requireTexts(ids, 'id') }, dueAt: isSet };
      await inbox.updateMany(owing, { $set: { dueAt: requireDate(dueAt, 'dueAt') } }, quick);
    },
    markParsed: async (id, { parsedAt, traceIds, fault, dueAt }) => {
      const outcome = {
        parsedAt: requireDate(parsedAt, 'parsedAt'),
        traceIds: requireTexts(traceIds, 'traceId'),
      };
      const $set = { ...outcome, ...(fault === null ? {} : { fault }), ...(dueAt === null ? {} : { dueAt }) };
      const $unset = dueAt === null ? { $unset: { dueAt: 1 as const } } : {};
      await inbox.updateOne({ _id: requireText(id, 'id') }, { $set, ...$unset }, durable);
    },
    settle: async (id) => {
      await inbox.updateOne({ _id: requireText(id, 'id') }, { $unset: { dueAt: 1 } }, durable);
    },
  });
}
