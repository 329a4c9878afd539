import { join } from 'node:path';
import type { EngineConfig } from './config.ts';
import type { Report, RunningEngine } from './engine.ts';
import { startMongo } from './mongo.ts';
import { startRedis } from './redis.ts';

export interface EnginesOptions {
  /** Both servers keep their data here; without it all is gone at `stop`. */
  dataDir?: string | undefined;
  /** Told what is being done while it is done. */
  report?: Report | undefined;
  /** Use these servers and start none. */
  mongodbUri?: string | undefined;
  redisUrl?: string | undefined;
  /** What the machine offers, where it is not this one as it is. */
  config?: EngineConfig | undefined;
}

export interface Engines {
  /** Names no database. */
  mongodbUri: string;
  redisUrl: string;
  /** What stands behind each address, for people. */
  engine: { mongodb: string; redis: string };
  /** Process ids of what was started here. */
  pids: { mongodb?: number; redis?: number };
  /** Ends what was started here and leaves given servers alone. */
  stop(): Promise<void>;
}

/** Starts a private MongoDB-protocol server and a private Redis; throws `EngineError` saying what is missing. */
export async function startEngines(options: EnginesOptions = {}): Promise<Engines> {
  const folder = (name: string) => (options.dataDir === undefined ? undefined : join(options.dataDir, name));
  const [mongo, redis] = await startBoth(
    startMongo({ ...options, dataDir: folder('mongodb') }),
    startRedis({ ...options, dataDir: folder('redis') }),
  );
  options.report?.(`MongoDB: ${mongo.name} at ${withoutLogin(mongo.uri)}`);
  options.report?.(`Redis: ${redis.name} at ${withoutLogin(redis.uri)}`);
  return {
    mongodbUri: mongo.uri,
    redisUrl: redis.uri,
    engine: { mongodb: mongo.name, redis: redis.name },
    pids: {
      ...(mongo.pid === undefined ? {} : { mongodb: mongo.pid }),
      ...(redis.pid === undefined ? {} : { redis: redis.pid }),
    },
    stop: async () => {
      await Promise.all([mongo.stop(), redis.stop()]);
    },
  };
}

/** Both or none: where one cannot start, the other is ended before the error goes out. */
async function startBoth(...starts: [Promise<RunningEngine>, Promise<RunningEngine>]) {
  const settled = await Promise.allSettled(starts);
  const failed = settled.find((one) => one.status === 'rejected');
  if (failed === undefined) return Promise.all(starts);
  await Promise.all(settled.map((one) => (one.status === 'fulfilled' ? one.value.stop() : undefined)));
  throw failed.reason;
}

function withoutLogin(address: string): string {
  return address.replace(/\/\/[^@/]*@/, '//');
}
