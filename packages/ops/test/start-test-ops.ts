import { Writable } from 'node:stream';
import { connectDatabase, type Database, migrate } from '@envase/db';
import { findFreePort } from '@envase/engines';
import { connectRedis, createProducer, type Producer, type Redis } from '@envase/queues';
import { createLogger, createShutdown, createTestClock, loadConfig, type TestClock } from '@envase/runtime';
import { createTestDatabase, createTestPrefix, waitFor } from '@envase/testing';
import { opsConfig, startOps } from '../src/index.ts';

export const operator = { username: 'operator', password: 'a password of the test' };

export interface TestOps {
  url: string;
  adminUrl: string;
  clock: TestClock;
  db: Database;
  redis: Redis;
  prefix: string;
  producer: Producer;
  /** Lines logged so far. */
  logs: Record<string, unknown>[];
  stop(): Promise<void>;
}

/** Ops as its `main.ts` starts it, on a migrated database, a fresh prefix and a clock that stands still. */
export async function startTestOps(
  redisUrl: string | undefined,
  variables: Record<string, string> = {},
): Promise<TestOps> {
  const { uri } = createTestDatabase();
  const prefix = createTestPrefix();
  const { logger, logs } = createTestLogger();
  const shutdown = createShutdown({ logger });
  const clock = createTestClock(Date.now());
  const db = await connectDatabase({ uri });
  await migrate(db.connection);
  if (!redisUrl) throw new Error('REDIS_URL is not set');
  const redis = connectRedis({ url: redisUrl, role: 'worker', logger });
  const ready = new Promise<void>((resolve) => redis.once('ready', resolve));
  const producer = createProducer({ redis, prefix, logger });
  await ready;
  const adminPort = await findFreePort();
  const config = loadConfig(opsConfig, {
    MONGODB_URI: uri,
    REDIS_URL: redisUrl,
    QUEUE_PREFIX: prefix,
    PORT: '0',
    ADMIN_PORT: String(adminPort),
    OPERATOR_USERNAME: operator.username,
    OPERATOR_PASSWORD: operator.password,
    ...variables,
  });
  const { port } = await startOps(config, { logger, shutdown, clock });
  const ops: TestOps = {
    url: `http://127.0.0.1:${port}`,
    adminUrl: `http://127.0.0.1:${adminPort}`,
    clock,
    db,
    redis,
    prefix,
    producer,
    logs,
    async stop() {
      await shutdown.run('test ends');
      await producer.close();
      await removeKeys(redis, prefix);
      redis.disconnect();
      await db.connection.dropDatabase();
      await db.close();
    },
  };
  await waitFor(async () => (await fetch(`${ops.adminUrl}/health/ready`)).ok, { what: 'ops to be ready' });
  return ops;
}

/** Posts the login form as a page of ours does. */
export function postLogin(
  ops: Pick<TestOps, 'url'>,
  form: { username: string; password: string },
  headers: Record<string, string> = { 'sec-fetch-site': 'same-origin' },
): Promise<Response> {
  const body = new URLSearchParams(form);
  return fetch(`${ops.url}/login`, { method: 'POST', body, headers, redirect: 'manual' });
}

/** A `Cookie` header with a session of the operator. */
export async function logIn(ops: Pick<TestOps, 'url'>): Promise<string> {
  const answer = await postLogin(ops, operator);
  const [cookie = ''] = (answer.headers.get('set-cookie') ?? '').split(';');
  return cookie;
}

function createTestLogger() {
  const logs: Record<string, unknown>[] = [];
  const destination = new Writable({
    write(chunk: Buffer, _encoding, done) {
      logs.push(JSON.parse(chunk.toString('utf8')));
      done();
    },
  });
  return { logger: createLogger({ program: 'test', level: 'info', destination }), logs };
}

async function removeKeys(redis: Redis, prefix: string): Promise<void> {
  for await (const keys of redis.scanStream({ match: `${prefix}:*`, count: 500 })) {
    if (keys.length > 0) await redis.del(...keys);
  }
}
