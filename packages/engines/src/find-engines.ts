import { readEngineConfig } from './config.ts';
import type { Report } from './engine.ts';
import { findMongod } from './find-mongod.ts';
import { findRedis } from './find-redis.ts';
import type { EnginesOptions } from './start-engines.ts';

/** Finds or installs what `startEngines` will start, so that many may start it at once; throws `EngineError` saying what is missing. */
export async function findEngines(options: EnginesOptions = {}): Promise<void> {
  const { mongodbUri, redisUrl, config = readEngineConfig() } = options;
  const report: Report = (line) => options.report?.(line);
  const [mongod, redis] = await Promise.all([
    mongodbUri ? undefined : findMongod({ config, report }),
    redisUrl ? undefined : findRedis({ config, report }),
  ]);
  report(`MongoDB: ${mongod?.name ?? 'given'}, Redis: ${redis?.name ?? 'given'}`);
}
