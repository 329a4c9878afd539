import type { Connection } from 'mongoose';
import { requireDate, requireText } from '../check-values.ts';
import { durable, forClients, storing } from '../concerns.ts';
import type { SigningKeyDoc } from '../documents.ts';
import { shield, writesOnce } from '../failures.ts';
import { collectionOf } from '../models.ts';
import type { SigningKeyRepository } from '../repositories.ts';

/** Keys that sign tokens, private halves sealed. Methods throw `unavailable` while the database is away. */
export function createSigningKeyRepository(connection: Connection): SigningKeyRepository {
  const keys = collectionOf<SigningKeyDoc>(connection, 'signing_keys');
  return shield<SigningKeyRepository>({
    insert: (key) => {
      requireText(key._id, 'id of a key');
      return writesOnce(keys.insertOne(key, storing));
    },
    list: () => keys.find({}, forClients).toArray(),
    activate: async (id, activeFrom) => {
      const next = { _id: requireText(id, 'id'), activeFrom: null };
      const set = { $set: { activeFrom: requireDate(activeFrom, 'activeFrom') } };
      return (await keys.updateOne(next, set, durable)).matchedCount === 1;
    },
    reseal: async (id, expected, sealedPrivateKey) => {
      const unchanged = { _id: requireText(id, 'id'), sealedPrivateKey: requireText(expected, 'expected') };
      const set = { $set: { sealedPrivateKey: requireText(sealedPrivateKey, 'sealedPrivateKey') } };
      return (await keys.updateOne(unchanged, set, durable)).matchedCount === 1;
    },
    remove: async (id) => {
      await keys.deleteOne({ _id: requireText(id, 'id') }, durable);
    },
  });
}
