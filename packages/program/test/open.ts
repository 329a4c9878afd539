import { connectDatabase, migrate } from '@envase/db';
import { createLogger, createShutdown, type Readiness } from '@envase/runtime';
import { createTestDatabase, createTestPrefix } from '@envase/testing';
import { openProgram, type ProgramConfig } from '../src/index.ts';

export type ConfigChanges = Partial<ProgramConfig> & { isMigrated?: boolean };

/** Variables of a program on a database of its own, migrated unless told. */
export async function makeConfig(
  changes: ConfigChanges & Pick<ProgramConfig, 'REDIS_URL'>,
): Promise<ProgramConfig> {
  const { isMigrated = true, ...rest } = changes;
  const { uri } = createTestDatabase();
  if (isMigrated) await migrateDatabase(uri);
  return {
    MONGODB_URI: uri,
    QUEUE_PREFIX: createTestPrefix(),
    ADMIN_PORT: 0,
    ADMIN_HOST: '127.0.0.1',
    FAILPOINTS: '',
    ...rest,
  };
}

async function migrateDatabase(uri: string): Promise<void> {
  const database = await connectDatabase({ uri });
  await migrate(database.connection, { retention: null });
  await database.close();
}

/** A start under way: what it logs, and how to stop what it opened. */
export function start(
  config: ProgramConfig,
  options: { isReadyWithoutRedis?: boolean; listens?: true } = {},
) {
  const lines: string[] = [];
  const destination = { write: (line: string) => void lines.push(line) };
  const logger = createLogger({ program: 'test', level: 'debug', destination });
  const shutdown = createShutdown({ logger });
  const { isReadyWithoutRedis = false, ...rest } = options;
  const opening = openProgram({ name: 'test', config, logger, shutdown, isReadyWithoutRedis, ...rest });
  return { opening, shutdown, lines, logger };
}

/** What an operator's probe sees. */
export async function askReady(port: number): Promise<{ status: number } & Readiness> {
  const response = await fetch(`http://127.0.0.1:${port}/health/ready`);
  // The admin server answers in this shape.
  return { status: response.status, ...((await response.json()) as Readiness) };
}
