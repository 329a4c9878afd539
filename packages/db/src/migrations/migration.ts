import { type Connection, mongo } from 'mongoose';

/** The database below a connection that is open. */
export type MongoDatabase = NonNullable<Connection['db']>;

/** One step of the schema. `up` may run twice, and in several processes at once. */
export interface Migration {
  /** `<UTC time>-<what>`: the `_id` in `migrations`; never changes. */
  name: string;
  up(database: MongoDatabase): Promise<void>;
}

export interface IndexPlan {
  collection: string;
  name: string;
  key: Record<string, 1 | -1>;
  unique?: true;
  /** Deletes a document when this long has passed since the time in the key. */
  expireAfterSeconds?: number;
  /** Holds only the documents that match. */
  partialFilterExpression?: mongo.Document;
}

const NAMESPACE_EXISTS = 48;

/** Creates the collection unless it is there. */
export async function ensureCollection(database: MongoDatabase, name: string): Promise<void> {
  try {
    await database.createCollection(name);
  } catch (error) {
    if (!isMongoCode(error, NAMESPACE_EXISTS)) throw error;
  }
}

/** Creates the index unless the same one is there. */
export async function ensureIndex(
  database: MongoDatabase,
  { collection, key, ...options }: IndexPlan,
): Promise<void> {
  await database.collection(collection).createIndex(key, options);
}

export function isMongoCode(error: unknown, code: number): boolean {
  return error instanceof mongo.MongoServerError && error.code === code;
}
