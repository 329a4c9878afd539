import { join } from 'node:path';
import { createClient } from '@envase/client';
import { connectDatabase, type Database } from '@envase/db';
import { type RunningEngine, startRedis } from '@envase/engines';
import { connectRedis } from '@envase/queues';
import { createLogger } from '@envase/runtime';
import { waitFor } from '@envase/testing';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { boxNumber } from '../src/demo/box-number.ts';
import { readStackFile } from '../src/launch/stack-file.ts';
import { watchJobs } from './held-jobs.ts';
import { type Acknowledged, startLoad } from './load.ts';
import { startTestStack, startTestTms, type TestStack, type TestTms } from './test-stack.ts';

// Every program is its own process, and each is killed as the system would kill it: without a word.
const logger = createLogger({ program: 'test', level: 'silent' });
const perSecond = 5;
// Quality R2.
const resumesWithinMs = 10_000;
/** And what remains of the way to the hook. */
const toldWithinMs = 15_000;

let test: TestStack;
let tms: TestTms;
let db: Database;
let serial = 0;
/** Ours, once the stack's own was killed. */
let redis: RunningEngine | undefined;

beforeAll(async () => {
  test = await startTestStack({ asProcesses: true });
  tms = await startTestTms(test.stack.file, { ordered: false });
  await tms.envase.webhooks.register({
    url: tms.hookUrl,
    entityType: 'CONTAINER',
    triggers: ['TRACE_REQUESTED'],
    signingKey: tms.signingKey,
  });
  db = await connectDatabase({ uri: test.stack.file.mongodbUri, logger });
}, 120_000);

afterAll(async () => {
  await tms.stop();
  await db.close();
  await test.remove();
  await redis?.stop();
}, 120_000);

const nextBox = () => {
  serial += 1;
  return boxNumber(serial, serial % 6);
};

const pidOf = (name: string) => readStackFile(test.dataDir)?.pids[name] ?? 0;

/** When the TMS had heard of a publish whatever it is owed: the event itself, and the first result of the box. */
function toldAt({ eventId, traceId }: Acknowledged): number | null {
  const event = arrivals.get(eventId);
  const result = arrivals.get(traceId);
  return event !== undefined && result !== undefined ? Math.max(event, result) : null;
}

/** First arrival by event and by trace. */
const arrivals = new Map<string, number>();
setInterval(() => {
  for (const { id, traceId } of tms?.events.splice(0) ?? [])
    for (const key of [id, traceId ?? '']) if (!arrivals.has(key)) arrivals.set(key, Date.now());
}, 20).unref();

async function allTold(published: readonly Acknowledged[], timeoutMs: number): Promise<void> {
  await waitFor(() => published.every((one) => toldAt(one) !== null), {
    what: () =>
      `${published.filter((one) => toldAt(one) === null).length} of ${published.length} publishes to be told`,
    timeoutMs,
  });
}

/** Nothing is overdue, and every trace has its next time. */
async function allTraced(published: readonly Acknowledged[]): Promise<void> {
  await waitFor(async () => (await db.repositories.traces.countOverdue(new Date(Date.now() - 5_000))) === 0, {
    what: 'no trace to be overdue',
    timeoutMs: 30_000,
  });
  const traces = await db.repositories.traces.getMany(published.map(({ traceId }) => traceId));
  expect(traces).toHaveLength(published.length);
  expect(traces.filter(({ tracing, nextTraceAt }) => !tracing || nextTraceAt === null)).toEqual([]);
}

/** Publishes steadily while something happens, some seconds before it and after it. */
async function publishAround(happening: () => Promise<void> | void) {
  const load = startLoad(tms, { perSecond, nextBox });
  await passes(2_000);
  await happening();
  const happenedAt = Date.now();
  await passes(4_000);
  return { published: await load.stop(), happenedAt };
}

/** The load is what is waited for here: so many seconds of it. */
async function passes(ms: number): Promise<void> {
  const from = Date.now();
  await waitFor(() => Date.now() - from >= ms, { what: `${ms} ms of load`, timeoutMs: 2 * ms });
}

/** Three times, each as soon as the program is there again, so that one at least finds it amid its work. */
async function killAgainAndAgain(name: string): Promise<void> {
  for (let kills = 0, last = 0; kills < 3; kills += 1) {
    const pid = await waitFor(() => pidOf(name) !== last && pidOf(name), {
      what: `${name} to be started again`,
    });
    await passes(kills * 700);
    process.kill(pid, 'SIGKILL');
    last = pid;
  }
}

/** The slowest of those that were acknowledged before a moment, from that moment on. */
function slowestAfter(moment: number, published: readonly Acknowledged[]): number {
  const before = published.filter(({ at }) => at <= moment);
  expect(before.length).toBeGreaterThan(perSecond);
  return Math.max(...before.map((one) => (toldAt(one) ?? 0) - moment));
}

describe('under a steady load of publishes', () => {
  it.each(['identity-manager', 'connect-data', 'trace-manager', 'tracer', 'webhook-delivery', 'ops'])(
    'a kill of %s loses nothing, its jobs resume within 10 s, and all is told within 15 s',
    async (name) => {
      const jobs = watchJobs(test.stack.file.redisUrl, logger);
      onTestFinished(() => jobs.close());
      let resumed = Promise.resolve();
      const { published, happenedAt } = await publishAround(async () => {
        await killAgainAndAgain(name);
        resumed = jobs.haveResumed(await jobs.held(), resumesWithinMs);
      });
      await resumed;
      await allTold(published, 40_000);
      await allTraced(published);
      expect(slowestAfter(happenedAt, published)).toBeLessThan(toldWithinMs);
    },
    150_000,
  );

  it('a kill of identity-manager lets a client without a token wait, not fail', async () => {
    const { file } = test.stack;
    const { id: clientId, secret: clientSecret } = file.client;
    process.kill(pidOf('identity-manager'), 'SIGKILL');
    const { connectData: connectDataUrl, identityManager: identityUrl } = file.urls;
    const envase = createClient({ connectDataUrl, identityUrl, clientId, clientSecret });
    const hooks = [];
    for await (const hook of envase.webhooks.list()) hooks.push(hook);
    expect(hooks).toHaveLength(2);
  }, 30_000);

  it('a kill of the simulated providers is an outage of each, and all goes on when they are back', async () => {
    const { published } = await publishAround(() => {
      process.kill(pidOf('simulator'), 'SIGKILL');
    });
    await allTold(published, 30_000);
    await allTraced(published);
  }, 90_000);

  it('a flush of Redis loses nothing, and all goes on by itself within 15 s', async () => {
    const client = connectRedis({ url: test.stack.file.redisUrl, role: 'worker', logger });
    onTestFinished(() => client.disconnect());
    const { published, happenedAt } = await publishAround(async () => {
      await client.flushall();
    });
    await allTold(published, 40_000);
    await allTraced(published);
    expect(slowestAfter(happenedAt, published)).toBeLessThan(15_000);
  }, 90_000);

  it('a Redis that is gone keeps no publish from its 201, and all is told once it is back', async () => {
    const slow: number[] = [];
    const { published } = await publishAround(async () => {
      process.kill(pidOf('redis'), 'SIGKILL');
      for (let n = 0; n < 5; n += 1) {
        const startedAt = Date.now();
        const { orgId, svcId } = tms;
        await tms.envase.traceContainers({
          orgId,
          svcId,
          providerId: 'apm',
          siteId: '',
          numbers: [nextBox()],
        });
        slow.push(Date.now() - startedAt);
      }
      const port = Number(new URL(test.stack.file.redisUrl).port);
      redis = await startRedis({ dataDir: join(test.dataDir, 'redis'), port });
    });
    await allTold(published, 30_000);
    await allTraced(published);
    expect(Math.max(...slow)).toBeLessThan(1_000);
  }, 90_000);
});
