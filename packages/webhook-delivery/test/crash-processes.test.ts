import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { connectDatabase, type Database, migrate } from '@envase/db';
import { connectRedis, createProducer, webhookDeliveries } from '@envase/queues';
import { createLogger } from '@envase/runtime';
import { createTestDatabase, createTestPrefix, startReceiver, waitFor } from '@envase/testing';
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import { newClient, newDelivery, newEvent, newHook } from './documents.ts';

// Crash points that need a process of its own: one whose event loop stands still, and one whose clock is wrong.
const main = fileURLToPath(new URL('../src/main.ts', import.meta.url));
const { uri } = createTestDatabase();
const prefix = createTestPrefix();
const redisUrl = process.env.REDIS_URL ?? '';
const logger = createLogger({ program: 'test', level: 'silent' });

let database: Database;
const children: ChildProcess[] = [];
/** Lines logged by all of them. */
const lines: string[] = [];

beforeAll(async () => {
  database = await connectDatabase({ uri });
  await migrate(database.connection);
  const now = new Date();
  const { grants, scopes } = newClient();
  const { clients } = database.repositories;
  const client = { ...newClient({ changedAt: now }), grants: [...grants], scopes: [...scopes] };
  await clients.insert({ ...client, name: 'A TMS', secrets: [], createdAt: now });
});
afterEach(async () => {
  await Promise.all(children.splice(0).map(kill));
});
afterAll(async () => {
  await database.connection.dropDatabase();
  await database.close();
});

async function kill(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const exited = once(child, 'exit');
  child.kill('SIGKILL');
  await exited;
}

/** The program as it is deployed. */
function startProgram(variables: Record<string, string> = {}): ChildProcess {
  const env = {
    MONGODB_URI: uri,
    REDIS_URL: redisUrl,
    QUEUE_PREFIX: prefix,
    ADMIN_PORT: '0',
    KEY_RING: `test:${Buffer.alloc(32, 7).toString('base64')}`,
    ALLOW_HTTP_HOOKS: '127.0.0.1',
    ...variables,
  };
  const child = spawn(process.execPath, [main], { env: { PATH: process.env.PATH, ...env } });
  child.stdout.on('data', (data: Buffer) => lines.push(data.toString()));
  children.push(child);
  return child;
}

async function wake(webhookId: string): Promise<void> {
  const redis = connectRedis({ url: redisUrl, role: 'worker', logger });
  await new Promise<void>((resolve) => redis.once('ready', resolve));
  const producer = createProducer({ redis, prefix, logger });
  await producer.addLane(webhookDeliveries, 'hook.drain', { laneId: webhookId, data: { webhookId } });
  await producer.close();
  redis.disconnect();
}

it('a worker that stood still for longer than its lock (C15) costs a repeat with the same id, and records nothing', async () => {
  const thawed = Promise.withResolvers<void>();
  const receiver = await startReceiver((_, index) => (index === 0 ? thawed.promise.then(() => 200) : 200));
  const { events, webhooks, deliveries } = database.repositories;
  const { hook } = await webhooks.insertOrFind(newHook(receiver.url));
  const event = newEvent();
  const delivery = newDelivery(event, hook);
  await events.insertResults([event]);
  await deliveries.insertMissing([delivery]);
  const frozen = startProgram();
  await wake(hook._id);
  await receiver.waitForCount(1, { timeoutMs: 30_000 });
  // Not a thread of it runs: to its locks that is an event loop that is blocked.
  frozen.kill('SIGSTOP');
  startProgram();
  await receiver.waitForCount(2, { timeoutMs: 60_000 });
  const tenant = { clientId: hook.clientId, grants: [{ orgId: event.orgId, svcId: '*' }] };
  const stored = () => deliveries.find(tenant, delivery._id);
  await waitFor(async () => (await stored())?.state === 'delivered', { what: 'the delivery recorded' });
  const recorded = await stored();
  frozen.kill('SIGCONT');
  thawed.resolve();
  await waitFor(() => lines.join('').includes('Results were recorded before'), {
    what: 'the late result to be refused',
    timeoutMs: 30_000,
  });
  expect(await stored()).toEqual(recorded);
  expect(recorded).toMatchObject({ state: 'delivered', attemptCount: 1 });
  expect(receiver.requests.map(({ headers }) => headers['webhook-id'])).toEqual([event._id, event._id]);
  await receiver.close();
}, 120_000);

it.each([300_000, -300_000])(
  'a clock that is %i ms off (C20) makes a program not ready, and it says so',
  async (offMs) => {
    const ADMIN_PORT = String(await findPort());
    const shift = `const { now } = Date; Date.now = () => now() + ${offMs};`;
    startProgram({ ADMIN_PORT, NODE_OPTIONS: `--import=data:text/javascript,${encodeURIComponent(shift)}` });
    const readiness = await waitFor(
      async () => {
        const response = await fetch(`http://127.0.0.1:${ADMIN_PORT}/health/ready`);
        return { status: response.status, body: await response.text() };
      },
      { what: 'the program to answer', timeoutMs: 30_000 },
    );
    expect(readiness.status).toBe(503);
    const told = /The clock is (-?\d+) ms off/.exec(readiness.body)?.[1];
    expect(Math.abs(Number(told) - offMs)).toBeLessThan(5_000);
  },
  60_000,
);

async function findPort(): Promise<number> {
  const receiver = await startReceiver();
  await receiver.close();
  return receiver.port;
}
