import { AppError } from '@envase/runtime';
import type { Connection } from 'mongoose';
import { durable } from '../concerns.ts';
import { translate, writesOnce } from '../failures.ts';
import { collectionOf } from '../models.ts';
import { migrations } from './list.ts';
import type { MongoDatabase } from './migration.ts';
import { applyRetention, defaultRetention, type Retention } from './retention.ts';

interface AppliedMigration {
  _id: string;
  appliedAt: Date;
}

export interface MigrateOptions {
  /** Told what is done, one line each. */
  report?: (line: string) => void;
  /** Default: `defaultRetention`. Null keeps everything and leaves earlier settings alone. */
  retention?: Retention | null;
}

/**
 * Brings the database to the newest schema: `pnpm envase migrate`. Running it again, or in several processes at once, does no
 * harm. Resolves to the names it applied; throws `unavailable` while the database is away.
 */
export async function migrate(connection: Connection, options: MigrateOptions = {}): Promise<string[]> {
  const { report = () => undefined, retention = defaultRetention } = options;
  const database = databaseOf(connection);
  try {
    const missing = await findMissing(connection);
    for (const migration of missing) {
      report(`Applying ${migration.name}`);
      await migration.up(database);
      const applied = { _id: migration.name, appliedAt: new Date() };
      await writesOnce(collectionOf<AppliedMigration>(connection, 'migrations').insertOne(applied, durable));
    }
    if (retention !== null) await applyRetention(database, retention);
    report(missing.length === 0 ? 'The schema is up to date' : `Applied ${missing.length}`);
    return missing.map(({ name }) => name);
  } catch (error) {
    throw translate(error);
  }
}

/** Throws `unavailable` unless every migration of this version is applied. A newer schema is accepted. */
export async function assertMigrated(connection: Connection): Promise<void> {
  const missing = await findMissing(connection).catch((error: unknown) => {
    throw translate(error);
  });
  if (missing.length === 0) return;
  const names = missing.map(({ name }) => name).join(', ');
  throw new AppError('unavailable', `The database lacks ${names}: run \`pnpm envase migrate\` first`);
}

async function findMissing(connection: Connection): Promise<typeof migrations> {
  const applied = await collectionOf<AppliedMigration>(connection, 'migrations').find().toArray();
  const names = new Set(applied.map(({ _id }) => _id));
  return migrations.filter(({ name }) => !names.has(name));
}

function databaseOf(connection: Connection): MongoDatabase {
  if (connection.db) return connection.db;
  throw new AppError('unavailable', 'The connection to the database is not open');
}
