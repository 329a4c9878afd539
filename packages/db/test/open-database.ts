import { createTestDatabase } from '@envase/testing';
import { afterAll, beforeAll } from 'vitest';
import { connectDatabase, type Database, migrate } from '../src/index.ts';

/** A migrated database for one test file, dropped at its end. Call at the top of the file; ask inside tests. */
export function useDatabase(): () => Database {
  let opened: Database | undefined;
  beforeAll(async () => {
    opened = await connectDatabase({ uri: createTestDatabase().uri });
    await migrate(opened.connection);
  });
  afterAll(async () => {
    await opened?.connection.dropDatabase();
    await opened?.close();
  });
  return () => {
    if (opened === undefined) throw new Error('The database is open inside tests only');
    return opened;
  };
}
