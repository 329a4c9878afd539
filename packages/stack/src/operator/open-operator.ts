import { connectDatabase, type Database } from '@envase/db';
import { type Identity, openIdentity } from '@envase/identity-manager';
import {
  createClock,
  createKeyRing,
  createLogger,
  type KeyRing,
  keyRingVariable,
  type Logger,
  loadConfig,
  programVariables,
} from '@envase/runtime';
import { z } from 'zod';
import { readIdentityConfig } from '../launch/ensure-clients.ts';
import { LaunchError } from '../launch/lock-folder.ts';
import { readSecrets } from '../launch/secrets.ts';
import { readStackFile } from '../launch/stack-file.ts';

/** A program's variables. */
export type Env = Readonly<Record<string, string | undefined>>;

/** What a command works on; closed when it is done. */
export interface Operator {
  withIdentity<T>(use: (identity: Identity) => Promise<T>): Promise<T>;
  withDatabase<T>(use: (db: Database) => Promise<T>): Promise<T>;
  keyRing(): KeyRing;
}

/**
 * Reads where to work from the environment, as the programs do, or from the data folder of a running stack. Throws LaunchError
 * where no stack runs on the folder, ConfigError naming every variable that is missing.
 */
export function openOperator(dataDir: string | undefined, environment: Env): Operator {
  const env = dataDir === undefined ? environment : environmentOfStack(dataDir);
  const logger = createLogger({
    program: 'envase',
    level: 'warn',
    destination: process.stderr,
    pretty: true,
  });
  return {
    async withIdentity(use) {
      const identity = await openIdentity(readIdentityConfig(env), { logger, clock: createClock() });
      return closing(identity, use);
    },
    async withDatabase(use) {
      return closing(await openDatabase(env, logger), use);
    },
    keyRing: () => createKeyRing(loadConfig(z.object({ KEY_RING: keyRingVariable }), env).KEY_RING),
  };
}

function environmentOfStack(dataDir: string): Record<string, string> {
  const file = readStackFile(dataDir);
  const secrets = readSecrets(dataDir);
  if (!file || !secrets) throw new LaunchError(`No stack runs on ${dataDir}: there is no stack.json.`);
  return { MONGODB_URI: file.mongodbUri, KEY_RING: secrets.keyRing, SECRET_PEPPER: secrets.pepper };
}

function openDatabase(env: Record<string, string | undefined>, logger: Logger): Promise<Database> {
  const { MONGODB_URI } = loadConfig(z.object({ MONGODB_URI: programVariables.MONGODB_URI }), env);
  return connectDatabase({ uri: MONGODB_URI, logger });
}

async function closing<R extends { close(): Promise<void> }, T>(
  resource: R,
  use: (resource: R) => Promise<T>,
): Promise<T> {
  try {
    return await use(resource);
  } finally {
    await resource.close();
  }
}
