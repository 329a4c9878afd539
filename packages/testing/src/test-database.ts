import { randomBytes } from 'node:crypto';

export interface TestDatabase {
  /** Address that names the database. */
  uri: string;
  name: string;
}

/** A database name nobody used before, on the run's MongoDB; the database comes into being with its first write. */
export function createTestDatabase(): TestDatabase {
  const base = process.env.MONGODB_URI;
  if (!base) throw new Error('MONGODB_URI is not set: this package needs testConfig in its vitest.config.ts');
  const name = `envase-test-${uniqueSuffix()}`;
  return { name, uri: nameDatabase(base, name) };
}

/** A prefix nobody used before for keys in the run's Redis (BullMQ's `prefix`). */
export function createTestPrefix(): string {
  return `envase-test-${uniqueSuffix()}`;
}

/** Not a URL by the standard: it may list several hosts. */
function nameDatabase(uri: string, name: string): string {
  const parts = /^(mongodb(?:\+srv)?:\/\/[^/?]+)(?:\/[^?]*)?(\?.*)?$/.exec(uri);
  if (parts === null) throw new Error('MONGODB_URI is not the address of a MongoDB');
  return `${parts[1]}/${name}${parts[2] ?? ''}`;
}

function uniqueSuffix(): string {
  return randomBytes(8).toString('hex');
}
