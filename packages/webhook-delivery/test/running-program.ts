import { connectDatabase, type Database, type EventDoc, migrate, type WebhookDoc } from '@envase/db';
import { connectRedis, createProducer, type Redis, webhookDeliveries } from '@envase/queues';
import { createLogger, createShutdown, loadConfig } from '@envase/runtime';
import { createTestDatabase, createTestPrefix } from '@envase/testing';
import { startWebhookDelivery, webhookDeliveryConfig } from '../src/index.ts';
import { type HookWishes, newClient, newDelivery, newEvent, newHook } from './documents.ts';

export interface RunningProgram {
  database: Database;
  redis: Redis;
  prefix: string;
  lines: string[];
  addHook(url: string, wishes?: HookWishes): Promise<WebhookDoc>;
  /** Stores what the fan-out would, without telling the queue. */
  owe(hook: WebhookDoc, events?: Partial<EventDoc>[]): Promise<string[]>;
  /** Adds the hook's lane, as the fan-out does. */
  wake(hook: WebhookDoc): Promise<void>;
  stop(): Promise<number>;
}

/** The program as it runs, on a database and a prefix of its own. */
export async function runProgram(variables: {
  REDIS_URL: string;
  CONCURRENCY?: string;
}): Promise<RunningProgram> {
  const { uri } = createTestDatabase();
  const prefix = createTestPrefix();
  const lines: string[] = [];
  const destination = { write: (line: string) => void lines.push(line) };
  const logger = createLogger({ program: 'test', level: 'debug', destination });
  const database = await connectDatabase({ uri });
  await migrate(database.connection);
  const { clients, webhooks, deliveries, events } = database.repositories;
  const { grants, scopes } = newClient();
  const createdAt = new Date();
  await clients.insert({
    ...newClient({ changedAt: createdAt }),
    grants: [...grants],
    scopes: [...scopes],
    name: 'A TMS',
    secrets: [],
    createdAt,
  });
  const config = loadConfig(webhookDeliveryConfig, {
    MONGODB_URI: uri,
    QUEUE_PREFIX: prefix,
    ADMIN_PORT: '0',
    KEY_RING: `test:${Buffer.alloc(32, 7).toString('base64')}`,
    ALLOW_HTTP_HOOKS: '127.0.0.1',
    ...variables,
  });
  const shutdown = createShutdown({ logger });
  await startWebhookDelivery(config, { logger, shutdown });
  const redis = connectRedis({ url: variables.REDIS_URL, role: 'producer', logger });
  await new Promise<void>((resolve) => redis.once('ready', resolve));
  const producer = createProducer({ redis, prefix, logger });
  return {
    database,
    redis,
    prefix,
    lines,
    addHook: async (url, wishes) => (await webhooks.insertOrFind(newHook(url, wishes))).hook,
    async owe(hook, wished = [{}]) {
      const owed = wished.map((wishes) => newEvent(wishes));
      await events.insertResults(owed);
      await deliveries.insertMissing(owed.map((event) => newDelivery(event, hook)));
      return owed.map(({ _id }) => _id);
    },
    wake: (hook) =>
      producer.addLane(webhookDeliveries, 'hook.drain', { laneId: hook._id, data: { webhookId: hook._id } }),
    async stop() {
      const code = await shutdown.run('the test is over');
      await producer.close();
      await removeKeys(redis, prefix);
      redis.disconnect();
      await database.connection.dropDatabase();
      await database.close();
      return code;
    },
  };
}

/** What a flush of this Redis would do to the program. */
export async function removeKeys(redis: Redis, prefix: string): Promise<void> {
  const keys = await redis.keys(`${prefix}:*`);
  if (keys.length > 0) await redis.del(...keys);
}

/** Everything Redis holds of the program, as one text. */
export async function dumpKeys(redis: Redis, prefix: string): Promise<string> {
  const keys = await redis.keys(`${prefix}:*`);
  const values = await Promise.all(keys.map((key) => dumpKey(redis, key)));
  return values.join('\n');
}

async function dumpKey(redis: Redis, key: string): Promise<string> {
  const readers: Record<string, () => Promise<unknown>> = {
    string: () => redis.get(key),
    hash: () => redis.hgetall(key),
    list: () => redis.lrange(key, 0, -1),
    set: () => redis.smembers(key),
    zset: () => redis.zrange(key, '0', '-1'),
    stream: () => redis.xrange(key, '-', '+'),
  };
  const read = readers[await redis.type(key)];
  return `${key} ${JSON.stringify(await read?.())}`;
}
