import { assertMigrated, connectDatabase, type Database } from '@envase/db';
import {
  assertRedisPolicy,
  connectRedis,
  createProducer,
  createSoloGate,
  type LaneWorker,
  type Producer,
  type Pump,
  type Redis,
  type SoloGate,
} from '@envase/queues';
import {
  AppError,
  armFailpoints,
  asError,
  createMetrics,
  type Logger,
  type Metrics,
  type Shutdown,
  startAdminServer,
} from '@envase/runtime';
import { createReadiness } from './readiness.ts';
import { createUsageTally, type UsageTally } from './usage-tally.ts';

export interface ProgramConfig {
  MONGODB_URI: string;
  REDIS_URL: string;
  QUEUE_PREFIX: string;
  ADMIN_PORT: number;
  ADMIN_HOST: string;
  ADMIN_TOKEN?: string | undefined;
  FAILPOINTS: string;
}

export interface ProgramOptions {
  name: string;
  config: ProgramConfig;
  logger: Logger;
  shutdown: Shutdown;
  /** Whether the program can do its work while Redis is away: the API can, workers cannot. */
  isReadyWithoutRedis: boolean;
  /** Whether others call the program: it is not ready before `accept` was told of its server. */
  listens?: true;
}

/** What every program with queues has: its stores, its producer, its metrics. All of it is closed by `shutdown`. */
export interface Program {
  db: Database;
  producer: Producer;
  producerRedis: Redis;
  workerRedis: Redis;
  prefix: string;
  metrics: Metrics;
  /** Counts work for `GET /api/usage`. */
  usage: UsageTally;
  /** Shared by all workers of the process, so that a suspect job runs alone in it. */
  gate: SoloGate;
  logger: Logger;
  /** Starts workers and pumps, and has them drained together at the stop. */
  run(...parts: (LaneWorker | Pump)[]): void;
  /** Ready from now on, for requests to this server; the stop begins with it. */
  accept(server: { stop(): Promise<void> }): void;
}

// Below the hard stop of 30 s, with room for the steps after it.
const drainMs = 20_000;

/**
 * Connects a program to MongoDB and Redis and serves its health and metrics. Throws where the schema is older than the code, or
 * Redis would evict jobs; a Redis that is away is not waited for. What was opened before it threw is `shutdown`'s to close.
 */
export async function openProgram(options: ProgramOptions): Promise<Program> {
  const { name, config, logger, shutdown } = options;
  armFailpoints(config.FAILPOINTS);
  const db = await connectDatabase({ uri: config.MONGODB_URI, logger });
  shutdown.add('mongodb', () => db.close(), 'stores');
  await assertMigrated(db.connection);
  const producerRedis = connectRedis({ url: config.REDIS_URL, role: 'producer', logger });
  const workerRedis = connectRedis({ url: config.REDIS_URL, role: 'worker', logger });
  shutdown.add(
    'redis',
    () => [producerRedis, workerRedis].forEach((redis) => void redis.disconnect()),
    'stores',
  );
  await refuseEviction(producerRedis, logger);
  const producer = createProducer({ redis: producerRedis, prefix: config.QUEUE_PREFIX, logger });
  shutdown.add('producer', () => producer.close(), 'queues');
  const usage = createUsageTally({ usage: db.repositories.usage, logger });
  shutdown.add('usage', () => usage.stop(), 'queues');
  const metrics = createMetrics(name);
  let isListening = options.listens !== true;
  const ready = createReadiness({
    db,
    askRedis: createRedisCheck(producerRedis),
    shutdown,
    isListening: () => isListening,
    needsRedis: !options.isReadyWithoutRedis,
  });
  const admin = await startAdminServer({
    port: config.ADMIN_PORT,
    host: config.ADMIN_HOST,
    ...(config.ADMIN_TOKEN === undefined ? {} : { token: config.ADMIN_TOKEN }),
    registry: metrics.registry,
    ready,
  });
  shutdown.add('admin server', () => admin.close(), 'stores');
  const parts: (LaneWorker | Pump)[] = [];
  // All at once: one slow job must not use up the time of the others.
  shutdown.add('workers', async () => {
    await Promise.all(parts.map((part) => part.close(drainMs)));
  });
  return {
    db,
    producer,
    producerRedis,
    workerRedis,
    prefix: config.QUEUE_PREFIX,
    metrics,
    usage,
    gate: createSoloGate(),
    logger,
    run(...started) {
      parts.push(...started);
      for (const part of started) part.run();
    },
    accept(server) {
      shutdown.add('http server', () => server.stop(), 'accept');
      isListening = true;
    },
  };
}

async function refuseEviction(redis: Redis, logger: Logger): Promise<void> {
  try {
    await assertRedisPolicy(redis, { waitMs: 3_000 });
  } catch (error) {
    if (!(error instanceof AppError) || error.code !== 'unavailable') throw error;
    logger.warn({ err: asError(error) }, 'Redis is away: its policy is checked once it is back');
  }
}

/** Resolves when Redis answers and would not evict jobs; its policy is asked for until it was right once. */
function createRedisCheck(redis: Redis): () => Promise<void> {
  let isPolicyRight = false;
  return async () => {
    await redis.ping();
    if (isPolicyRight) return;
    await assertRedisPolicy(redis, { waitMs: 0 });
    isPolicyRight = true;
  };
}
