import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import {
  connectDatabase,
  type Database,
  type DeliveryDoc,
  type EventDoc,
  migrate,
  type WebhookDoc,
} from '@envase/db';
import { connectRedis, createProducer, webhookDeliveries } from '@envase/queues';
import { createLogger } from '@envase/runtime';
import { newClient, newDelivery, newHook } from '../test/documents.ts';
import { nameEngine } from './name-engine.ts';

export interface Owed {
  event: EventDoc;
  hook: WebhookDoc;
}

/** Delivery as it runs, in a process of its own, on a database and a prefix of its own. */
export interface BenchProgram {
  engine: string;
  addHook(url: string): Promise<WebhookDoc>;
  /** Stores what the fan-out would: each event for its hook, due now. */
  owe(owed: readonly Owed[]): Promise<void>;
  /** Adds the lanes of these hooks, as the fan-out does. */
  wake(hooks: readonly WebhookDoc[]): Promise<void>;
  /** When the first request for each of these events began, once all are recorded, in milliseconds as `Date.now()` has them. */
  beginnings(ids: readonly string[]): Promise<Map<string, number>>;
  cancel(hooks: readonly WebhookDoc[]): Promise<void>;
  close(): Promise<void>;
}

export async function openBenchProgram(mongodb: string, redisUrl: string): Promise<BenchProgram> {
  const logger = createLogger({ program: 'bench', level: 'warn' });
  const database = await connectDatabase({ uri: mongodb });
  await database.connection.dropDatabase();
  await migrate(database.connection);
  const { clients, webhooks, deliveries, events } = database.repositories;
  const { grants, scopes } = newClient();
  const createdAt = new Date();
  const owner = { grants: [...grants], scopes: [...scopes], name: 'A TMS', secrets: [], createdAt };
  await clients.insert({ ...newClient({ changedAt: createdAt }), ...owner });
  const prefix = `bench-${process.pid}`;
  const program = start({ MONGODB_URI: mongodb, REDIS_URL: redisUrl, QUEUE_PREFIX: prefix });
  const redis = connectRedis({ url: redisUrl, role: 'producer', logger });
  await once(redis, 'ready');
  const producer = createProducer({ redis, prefix, logger });
  return {
    engine: await nameEngine(database),
    addHook: async (url) => (await webhooks.insertOrFind(newHook(url))).hook,
    async owe(owed) {
      await events.insertResults(owed.map(({ event }) => event));
      await deliveries.insertMissing(owed.map(({ event, hook }) => newDelivery(event, hook)));
    },
    async wake(hooks) {
      const lanes = hooks.map(({ _id }) => ({ laneId: _id, data: { webhookId: _id } }));
      await producer.addLanes(webhookDeliveries, 'hook.drain', lanes);
    },
    async beginnings(ids) {
      for (;;) {
        const begun = await readBeginnings(database, ids);
        if (begun.size === ids.length) return begun;
        await pause(100);
      }
    },
    async cancel(hooks) {
      for (const { _id } of hooks) await deliveries.cancelOpen(_id);
    },
    async close() {
      await stop(program);
      await producer.close();
      redis.disconnect();
      await database.connection.dropDatabase();
      await database.close();
    },
  };
}

async function readBeginnings(
  { connection }: Database,
  ids: readonly string[],
): Promise<Map<string, number>> {
  const begun = new Map<string, number>();
  const found = connection
    .collection<DeliveryDoc>('deliveries')
    .find({ eventId: { $in: [...ids] } }, { projection: { eventId: 1, attempts: 1 } });
  for await (const { eventId, attempts } of found) {
    if (attempts[0]) begun.set(eventId, attempts[0].at.getTime());
  }
  return begun;
}

function start(variables: Record<string, string>): ChildProcess {
  const main = fileURLToPath(new URL('../src/main.ts', import.meta.url));
  return spawn(process.execPath, [main], {
    env: {
      ...variables,
      ADMIN_PORT: '0',
      LOG_LEVEL: 'error',
      // The key that documents of tests are sealed with.
      KEY_RING: `test:${Buffer.alloc(32, 7).toString('base64')}`,
      ALLOW_HTTP_HOOKS: '127.0.0.1',
    },
    stdio: ['ignore', 'inherit', 'inherit'],
  });
}

async function stop(program: ChildProcess): Promise<void> {
  if (program.exitCode !== null || program.signalCode !== null) return;
  const ended = once(program, 'exit');
  program.kill('SIGTERM');
  await ended;
}
