import type { Database } from '@envase/db';
import type { Redis } from '@envase/queues';

export interface StoredSize {
  engine: string;
  /** Bytes per document of `traces`: as BSON, as it is kept (compressed where the server tells), and in all its indexes. */
  document: number;
  kept: number;
  indexes: number;
  /** How that was found. */
  by: string;
}

/** Beside its values a key holds the place of its document. */
const placeBytes = 8;

/**
 * Bytes per container in MongoDB. A real server says what it keeps, compressed; the stand-in does not, so there documents are taken as
 * they are and the keys of indexes are counted as they would be written: more than a real one needs.
 */
export async function measureStored({ connection }: Database, sample: number): Promise<StoredSize> {
  const traces = connection.collection('traces');
  const { BSON } = connection.base.mongo;
  const documents = await traces.find({}).limit(sample).toArray();
  const document = average(documents.map((one) => BSON.calculateObjectSize(one)));
  const info: { version?: string; secantusVersion?: string } =
    (await connection.db?.admin().buildInfo()) ?? {};
  if (info.secantusVersion === undefined) {
    const [found] = await traces.aggregate([{ $collStats: { storageStats: {} } }]).toArray();
    const stats: { storageSize: number; totalIndexSize: number; count: number } = found?.storageStats;
    const [kept, indexes] = [stats.storageSize / stats.count, stats.totalIndexSize / stats.count];
    return {
      engine: `MongoDB ${info.version}`,
      document,
      kept,
      indexes,
      by: 'compressed, as the server says',
    };
  }
  const plans = await traces.indexes();
  const sizeOfKeys = (one: Record<string, unknown>) =>
    plans
      .filter(({ partialFilterExpression: only }) => isHeld(one, only))
      .map(({ key }) => Object.keys(key).map((name) => one[name] ?? null))
      .reduce((sum, values) => sum + BSON.calculateObjectSize(values) + placeBytes, 0);
  const indexes = average(documents.map(sizeOfKeys));
  const engine = `SecantusDB ${info.secantusVersion} (stand-in)`;
  return { engine, document, kept: document, indexes, by: 'uncompressed, counted from documents and keys' };
}

/** Whether a partial index holds it. All of ours ask that something is set: `{field: {$gt: …}}`. */
function isHeld(document: Record<string, unknown>, only: unknown): boolean {
  const fields = Object.keys((only ?? {}) as object); // the server gives an object or nothing
  return fields.every((name) => document[name] !== undefined && document[name] !== null);
}

/** Bytes of all keys below a prefix, as Redis itself counts them. */
export async function measureRedis(redis: Redis, prefix: string): Promise<number> {
  let bytes = 0;
  for await (const keys of redis.scanStream({ match: `${prefix}:*`, count: 500 })) {
    for (const key of keys) bytes += (await redis.memory('USAGE', key, 'SAMPLES', 0)) ?? 0;
  }
  return bytes;
}

function average(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
