import { startEngines } from '@envase/engines';

/** Vitest's global set-up: starts what `MONGODB_URI` and `REDIS_URL` do not name, and stops it at the end. */
export async function setup(): Promise<(() => Promise<void>) | undefined> {
  const { MONGODB_URI, REDIS_URL } = process.env;
  if (MONGODB_URI && REDIS_URL) return undefined;
  const engines = await startEngines({
    mongodbUri: MONGODB_URI,
    redisUrl: REDIS_URL,
    report: (line) => process.stderr.write(`${line}\n`),
  });
  process.env.MONGODB_URI = engines.mongodbUri;
  process.env.REDIS_URL = engines.redisUrl;
  return engines.stop;
}
