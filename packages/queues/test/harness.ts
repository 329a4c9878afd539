import { randomUUID } from 'node:crypto';
import { createLogger, type Logger } from '@envase/runtime';
import { Queue } from 'bullmq';
import { expect } from 'vitest';
import { z } from 'zod';
import {
  connectRedis,
  createLaneWorker,
  createProducer,
  defineQueue,
  type JobContext,
  type LaneWorker,
  type LaneWorkerSettings,
  type Producer,
  type Redis,
} from '../src/index.ts';

export const parcels = defineQueue({
  name: 'parcels',
  jobs: { 'parcel.send': z.strictObject({ parcelId: z.string().max(40) }) },
});
export type Send = (parcelId: string, context: JobContext) => Promise<unknown>;

export interface Harness {
  url: string;
  prefix: string;
  logger: Logger;
  /** Lines logged so far. */
  lines: string[];
  redis: Redis;
  workerRedis: Redis;
  producer: Producer;
  queue: Queue;
  add(...parcelIds: string[]): Promise<void>;
  startWorker(send: Send, settings?: Partial<LaneWorkerSettings>): LaneWorker;
  failedReasons(): Promise<(string | undefined)[]>;
  close(): Promise<void>;
}

/** Connections, a fresh prefix and a queue of parcels; `url` names the Redis and may pass through a proxy. */
export async function createHarness(url: string): Promise<Harness> {
  const lines: string[] = [];
  const logger = createLogger({
    program: 'test',
    level: 'debug',
    destination: { write: (line) => void lines.push(line) },
  });
  const prefix = `t-${randomUUID()}`;
  const redis = connectRedis({ url, role: 'producer', logger });
  const workerRedis = connectRedis({ url, role: 'worker', logger });
  await new Promise<void>((resolve) => redis.once('ready', resolve));
  const producer = createProducer({ redis, prefix, logger });
  const queue = new Queue(parcels.name, { connection: redis, prefix });
  queue.on('error', (err) => logger.warn({ err }, 'The test queue had an error'));
  const workers: LaneWorker[] = [];
  const startWorker: Harness['startWorker'] = (send, settings = {}) => {
    const processors = {
      'parcel.send': ({ parcelId }: { parcelId: string }, context: JobContext) => send(parcelId, context),
    };
    const worker = createLaneWorker(parcels, processors, {
      redis: workerRedis,
      prefix,
      logger,
      concurrency: 5,
      ...settings,
    });
    workers.push(worker);
    worker.run();
    return worker;
  };
  return {
    url,
    prefix,
    logger,
    lines,
    redis,
    workerRedis,
    producer,
    queue,
    startWorker,
    add: (...ids) =>
      producer.addLanes(
        parcels,
        'parcel.send',
        ids.map((parcelId) => ({ laneId: parcelId, data: { parcelId } })),
      ),
    failedReasons: async () => (await queue.getFailed()).map((job) => job.failedReason),
    async close() {
      await Promise.all(workers.map((worker) => worker.close(1_000)));
      await producer.close();
      await queue.close();
      await removeKeys(redis, prefix);
      await Promise.all([redis.quit(), workerRedis.quit()]);
    },
  };
}

async function removeKeys(redis: Redis, prefix: string): Promise<void> {
  for await (const keys of redis.scanStream({ match: `${prefix}:*`, count: 500 })) {
    if (keys.length > 0) await redis.del(...keys);
  }
}

/** The same Redis with another database, which a test may flush. */
export function withDatabase(url: string, database: number): string {
  const address = new URL(url);
  address.pathname = `/${database}`;
  return address.href;
}

/** Waits for a state: long enough for a machine that is busy with other tests. */
export function eventually<T>(read: () => T | Promise<T>) {
  return expect.poll(read, { timeout: 30_000, interval: 20 });
}

/** A promise that the test resolves. */
export function createSignal(): { promise: Promise<void>; resolve: () => void } {
  const { promise, resolve } = Promise.withResolvers<void>();
  return { promise, resolve };
}
