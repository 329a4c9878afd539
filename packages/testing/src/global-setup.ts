import { startEngines } from '@envase/engines';

/** Vitest's global set-up: starts what `MONGODB_URI` and `REDIS_URL` do not name, and stops it at the end. */
export async function setup(): Promise<() => Promise<void>> {
  const engines = await startEngines({
    mongodbUri: process.env.MONGODB_URI,
    redisUrl: process.env.REDIS_URL,
    report: (line) => process.stderr.write(`${line}\n`),
  });
  process.env.MONGODB_URI = engines.mongodbUri;
  process.env.REDIS_URL = engines.redisUrl;
  return engines.stop;
}
