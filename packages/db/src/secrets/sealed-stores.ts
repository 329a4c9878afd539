import type { Connection, mongo } from 'mongoose';
import { durable, forWork } from '../concerns.ts';
import { shield } from '../failures.ts';
import { collectionOf } from '../models.ts';

/** What one document holds that is sealed with the key ring: by the path of each value. */
export interface SealedValues {
  id: string;
  /** For whom the values are sealed. */
  owner: string;
  values: Readonly<Record<string, string>>;
}

/** A collection that holds sealed values. */
export interface SealedStore {
  /** For people. */
  name: string;
  /** In order of ids, above this one; null: from the first. */
  list(after: string | null, limit: number): Promise<SealedValues[]>;
  /** Replaces the values that still are as they were read; false, and nothing is changed, when one is not. */
  swap(id: string, before: SealedValues['values'], after: SealedValues['values']): Promise<boolean>;
}

type Stored = { _id: string } & Record<string, unknown>;

/** Every place where secrets are kept at rest (quality S5): hooks, logins, keys that sign tokens, and kept answers. */
export function createSealedStores(connection: Connection): SealedStore[] {
  const store = (name: string, collection: Parameters<typeof collectionOf>[1], read: Read) =>
    createStore(name, collectionOf<Stored>(connection, collection), read);
  return [
    store('web-hooks', 'webhooks', (hook) => ({
      owner: hook._id,
      values: { ...sealedOf('keys', hook.keys), ...sealedOf('headers', hook.headers) },
    })),
    store('logins', 'credentials', (login) => ({ owner: login._id, values: textAt('sealed', login.sealed) })),
    store('signing keys', 'signing_keys', (key) => ({
      owner: String(key.kid),
      values: textAt('sealedPrivateKey', key.sealedPrivateKey),
    })),
    store('kept answers', 'idempotency', (kept) => ({
      owner: kept._id,
      values: textAt('answer', kept.answer),
    })),
  ];
}

type Read = (document: Stored) => Omit<SealedValues, 'id'>;

function createStore(name: string, collection: mongo.Collection<Stored>, read: Read): SealedStore {
  return {
    name,
    ...shield<Omit<SealedStore, 'name'>>({
      list: async (after, limit) => {
        const filter = after === null ? {} : { _id: { $gt: after } };
        const found = await collection.find(filter, { sort: { _id: 1 }, limit, ...forWork }).toArray();
        return found.map((document) => ({ id: document._id, ...read(document) }));
      },
      swap: async (id, before, after) => {
        const { matchedCount } = await collection.updateOne(
          { ...before, _id: id },
          { $set: { ...after } },
          durable,
        );
        return matchedCount === 1;
      },
    }),
  };
}

function textAt(path: string, value: unknown): Record<string, string> {
  return typeof value === 'string' ? { [path]: value } : {};
}

/** `sealed` of each element of a list, by its path. */
function sealedOf(path: string, list: unknown): Record<string, string> {
  if (!Array.isArray(list)) return {};
  return Object.assign(
    {},
    ...list.map((one: { sealed: unknown }, at) => textAt(`${path}.${at}.sealed`, one.sealed)),
  );
}
