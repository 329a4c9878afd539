import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type RunningEngine, startMongo, startRedis } from '@envase/engines';
import {
  connectEvents,
  connectRedis,
  createProducer,
  type Redis,
  traceQueue,
  traceRequests,
  traceResults,
  webhookDeliveries,
} from '@envase/queues';
import { createLogger, newEventId, newUuid } from '@envase/runtime';
import { waitFor } from '@envase/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { armFatalPoints, disarmFatalPoints } from './crash/incarnation.ts';
import { startOneProcess } from './crash/one-process.ts';
import type { Platform } from './crash/platform.ts';
import { runSchedule } from './crash/run-schedule.ts';
import type { FatalPoint, Schedule, Step } from './crash/schedule.ts';

// The crash points of research/reliability-security-performance.md 1.5 that need more than one program to prove.
const dataDir = mkdtempSync(join(tmpdir(), 'envase-points-'));
const folder = (name: string) => join(dataDir, name);
const logger = createLogger({ program: 'test', level: 'silent' });

let mongo: RunningEngine;
let redis: RunningEngine;
let client: Redis;
let platform: Platform;

beforeAll(async () => {
  armFatalPoints();
  mongo = await startMongo({ dataDir: folder('mongodb') });
  redis = await startRedis({ dataDir: folder('redis') });
  client = connectRedis({ url: redis.uri, role: 'worker', logger });
  platform = await startOneProcess({ mongodbUri: mongo.uri, redisUrl: redis.uri, index: 0 });
}, 120_000);

afterAll(async () => {
  await platform.stop();
  client.disconnect();
  await Promise.all([mongo.stop(), redis.stop()]);
  disarmFatalPoints();
  rmSync(dataDir, { recursive: true, force: true });
}, 120_000);

const publish: Step = { do: 'publish', boxes: 2 };
const again: Step = { do: 'publish again' };
const steps = (...all: Step[]): Schedule => all.map((step) => ({ afterMs: 100, step }));
const act = (what: string, run: () => Promise<unknown>, costs?: 'end' | 'flush'): Step => ({
  do: 'act',
  what,
  act: run,
  ...(costs && { costs }),
});

/** Dies at the point while it does what a TMS asked for, and whoever comes next makes it good. */
async function dieAt(point: FatalPoint): Promise<void> {
  const faults = await runSchedule(platform, steps({ do: 'die', at: point }, publish, again));
  expect(faults.join('; ')).toBe('');
  await waitFor(() => platform.struck.includes(point), { what: `a death at ${point}` });
}

describe.concurrent('a program that dies', () => {
  it(
    'before it has stored a publish (C3) has queued nothing for it, and the retry is taken',
    () => dieAt('C1'),
    200_000,
  );
  it(
    'between storing a publish and queueing it (C2) costs a sweep, not the publish',
    () => dieAt('C2'),
    200_000,
  );
  it('in the middle of a fan-out, deliveries not stored (C8)', () => dieAt('C7'), 200_000);
  it('in the middle of a fan-out, deliveries stored (C8)', () => dieAt('C8'), 200_000);
  it('before it sends a web-hook (C9) leaves it to the next', () => dieAt('C9'), 200_000);
  it(
    'after it sent a web-hook (C10) costs at most repeats of what was in flight',
    () => dieAt('C10'),
    200_000,
  );
});

describe('a store that loses something', () => {
  async function keeps(...lossy: Step[]): Promise<void> {
    const faults = await runSchedule(platform, steps(publish, publish, ...lossy, publish, again));
    expect(faults.join('; ')).toBe('');
  }

  async function restartRedis(prepare: () => void): Promise<void> {
    await redis.kill();
    prepare();
    redis = await startRedis({ dataDir: folder('redis'), port: redis.port });
  }

  async function restartMongo(): Promise<void> {
    await mongo.kill();
    mongo = await startMongo({ dataDir: folder('mongodb'), port: mongo.port });
  }

  it('MongoDB killed amid publishes (C1) has every one that was acknowledged', async () => {
    await keeps(act('kill MongoDB', restartMongo, 'end'));
  }, 240_000);

  it('Redis killed, and back with nothing (C4), costs nothing', async () => {
    await keeps(
      act('lose Redis', () => restartRedis(() => rmSync(folder('redis'), { recursive: true })), 'flush'),
    );
  }, 240_000);

  it('Redis replaced by a replica that lags behind (C5) costs nothing', async () => {
    const copy = folder('replica');
    cpSync(folder('redis'), copy, { recursive: true });
    const behind = () => {
      rmSync(folder('redis'), { recursive: true });
      cpSync(copy, folder('redis'), { recursive: true });
    };
    await keeps(act('fail over', () => restartRedis(behind), 'flush'));
  }, 240_000);

  it('Redis without memory left (C6) keeps no publish from its 201, and all is told once it has some', async () => {
    const limit = (bytes: string) => client.config('SET', 'maxmemory', bytes);
    await keeps(
      act('fill Redis', () => limit('1'), 'flush'),
      publish,
      publish,
      act('give it memory', () => limit('0')),
    );
  }, 240_000);

  it('Redis gone while publishes come (C7) keeps none from its 201, and all is told once it is back', async () => {
    const port = redis.port;
    const stop = act('kill Redis', () => redis.kill(), 'flush');
    const back = act('start Redis', async () => {
      redis = await startRedis({ dataDir: folder('redis'), port });
    });
    await keeps(stop, publish, publish, back);
  }, 240_000);

  it('Redis flushed between two attempts (C13) loses no retry', async () => {
    await keeps({ do: 'outage', failures: 3, how: 'status' }, publish, { do: 'flush' });
  }, 240_000);
});

describe('a MongoDB that was restored from an older backup (C19)', () => {
  it('has jobs of Redis point at nothing, which harm nobody', async () => {
    const redisUrl = `${redis.uri}/0`;
    const own = connectRedis({ url: redisUrl, role: 'producer', logger });
    await new Promise<void>((resolve) => own.once('ready', resolve));
    const producer = createProducer({ redis: own, prefix: 'envase', logger });
    const queues = [connectEvents, traceRequests, traceResults, traceQueue('apm'), webhookDeliveries];
    const failed = async () =>
      (await Promise.all(queues.map((queue) => producer.counts(queue)))).map((count) => count.failed);
    const before = await failed();
    const [eventId, traceId, webhookId] = [newEventId(), newUuid(), newUuid()];
    await producer.addLane(connectEvents, 'event.fan-out', { laneId: eventId, data: { eventId } });
    await producer.addLane(traceRequests, 'request.apply', { laneId: eventId, data: { eventId } });
    await producer.addLane(traceResults, 'trace.settle', { laneId: traceId, data: { traceId } });
    await producer.addLane(traceQueue('apm'), 'trace.run', { laneId: traceId, data: { traceId } });
    await producer.addLane(webhookDeliveries, 'hook.drain', { laneId: webhookId, data: { webhookId } });
    const faults = await runSchedule(platform, steps(publish));
    expect(faults.join('; ')).toBe('');
    expect(await failed()).toEqual(before);
    await producer.close();
    own.disconnect();
  }, 240_000);
});
