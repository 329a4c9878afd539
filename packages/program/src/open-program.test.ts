import { findFreePort, type RunningEngine, startRedis } from '@envase/engines';
import { connectEvents, connectRedis, createLaneWorker, createPump, type LaneWorker } from '@envase/queues';
import { clearFailpoints, createLogger, type FailpointError, failpoint } from '@envase/runtime';
import { waitFor } from '@envase/testing';
import { afterEach, describe, expect, it } from 'vitest';
import { askReady, type ConfigChanges, makeConfig, start } from '../test/open.ts';

const shared = process.env.REDIS_URL ?? '';
const configure = (changes: ConfigChanges = {}) => makeConfig({ REDIS_URL: shared, ...changes });

const ends: (() => unknown)[] = [];
afterEach(async () => {
  clearFailpoints();
  for (const end of ends.splice(0).reverse()) await end();
});

/** Starts and stops at the end of the test, however it goes. */
function begin(...args: Parameters<typeof start>) {
  const started = start(...args);
  ends.push(() => started.shutdown.run('test ends'));
  return started;
}

async function privateRedis(options: { port?: number; policy?: string } = {}): Promise<RunningEngine> {
  const engine = await startRedis({ port: options.port });
  ends.push(() => engine.stop());
  if (options.policy) await setPolicy(engine.uri, options.policy);
  return engine;
}

async function setPolicy(uri: string, policy: string): Promise<void> {
  const redis = connectRedis({
    url: uri,
    role: 'worker',
    logger: createLogger({ program: 't', level: 'silent' }),
  });
  await redis.config('SET', 'maxmemory-policy', policy);
  redis.disconnect();
}

const stepsOf = (lines: readonly string[]) =>
  lines.flatMap((line) => {
    // Every line is JSON of pino; the steps of a stop are logged with their name.
    const { msg, step } = JSON.parse(line) as { msg: string; step?: string };
    return msg === 'Stop step done' && step ? [step] : [];
  });

describe('a program', () => {
  it('that others call is ready once it listens, not a moment before', async () => {
    const ADMIN_PORT = await findFreePort();
    const { opening } = begin(await configure({ ADMIN_PORT }), { isReadyWithoutRedis: true, listens: true });
    const program = await opening;
    expect(await askReady(ADMIN_PORT)).toMatchObject({ status: 503, checks: { listening: { ok: false } } });
    program.accept({ stop: async () => undefined });
    expect(await askReady(ADMIN_PORT)).toMatchObject({ status: 200, checks: { listening: { ok: true } } });
  });

  it('opens its stores, serves health and metrics, and closes in the order of stopping', async () => {
    const ADMIN_PORT = await findFreePort();
    const { opening, shutdown, lines } = begin(await configure({ ADMIN_PORT }));
    const program = await opening;
    await waitFor(async () => (await askReady(ADMIN_PORT)).ok, { what: 'the program to be ready' });
    program.metrics.counter({ name: 'envase_test_total', help: 'A metric of the program' }).inc();
    const metrics = await fetch(`http://127.0.0.1:${ADMIN_PORT}/metrics`);
    expect(await metrics.text()).toContain('envase_test_total{program="test"} 1');
    const stops: string[] = [];
    program.accept({ stop: async () => void stops.push('accept') });
    expect(await shutdown.run('test')).toBe(0);
    expect(stops).toEqual(['accept']);
    expect(stepsOf(lines)).toEqual([
      'http server',
      'workers',
      'usage',
      'producer',
      'admin server',
      'redis',
      'mongodb',
    ]);
    await expect(askReady(ADMIN_PORT)).rejects.toThrow();
    await expect(program.db.ping()).rejects.toMatchObject({ code: 'unavailable' });
    for (const redis of [program.producerRedis, program.workerRedis])
      await waitFor(() => redis.status === 'end', { what: 'a connection to Redis to end' });
  });

  it('is not ready from the moment it stops', async () => {
    const ADMIN_PORT = await findFreePort();
    const { opening, shutdown } = begin(await configure({ ADMIN_PORT }));
    await opening;
    const seen = Promise.withResolvers<Awaited<ReturnType<typeof askReady>>>();
    shutdown.add('last request', async () => seen.resolve(await askReady(ADMIN_PORT)), 'accept');
    await shutdown.run('test');
    expect(await seen.promise).toMatchObject({ status: 503, checks: { stopping: { ok: false } } });
  });

  it('runs its workers and pumps, and has them drained together', async () => {
    const { opening, shutdown } = begin(await configure());
    const program = await opening;
    const entered = new Set<string>();
    const release = Promise.withResolvers<void>();
    const part = (name: string): LaneWorker => ({
      ...idleWorker,
      run: () => void entered.add(`${name} runs`),
      close: async (timeoutMs) => {
        entered.add(`${name} closes within ${timeoutMs} ms`);
        await release.promise;
      },
    });
    program.run(part('one'));
    program.run(part('two'));
    expect([...entered]).toEqual(['one runs', 'two runs']);
    const stopping = shutdown.run('test');
    await waitFor(() => entered.size === 4, { what: 'both to be closing' });
    release.resolve();
    expect(await stopping).toBe(0);
    expect([...entered].slice(2).sort()).toEqual([
      'one closes within 20000 ms',
      'two closes within 20000 ms',
    ]);
  });

  it('passes work from its producer to its worker', async () => {
    const { opening } = begin(await configure());
    const program = await opening;
    const { producer, workerRedis: redis, prefix, logger, gate } = program;
    const done: string[] = [];
    const fanOut = async ({ eventId }: { eventId: string }) => done.push(eventId);
    const owed = new Set(['lost']);
    const due = async () => [...owed].map((id) => ({ laneId: id, data: { eventId: id } }));
    const leased = async () => owed.clear();
    const jobName = 'event.fan-out';
    program.run(
      createLaneWorker(connectEvents, { [jobName]: fanOut }, { redis, prefix, logger, gate, concurrency: 1 }),
      createPump({ queue: connectEvents, jobName, due, leased, producer, redis, prefix, logger }),
    );
    await producer.addLane(connectEvents, jobName, { laneId: 'told', data: { eventId: 'told' } });
    await waitFor(() => done.length === 2, { what: 'both events' });
    expect(done.sort()).toEqual(['lost', 'told']);
  });

  it('arms the crash points of its variables', async () => {
    await begin(await configure({ FAILPOINTS: 'test.point:throw' })).opening;
    expect(() => failpoint('test.point')).toThrow(
      expect.objectContaining({ failpoint: 'test.point' }) as FailpointError,
    );
  });
});

describe('a program does not start', () => {
  async function refused(started: ReturnType<typeof begin>): Promise<Error> {
    const error: unknown = await started.opening.then(
      () => undefined,
      (thrown: unknown) => thrown,
    );
    expect(await started.shutdown.run('could not start')).toBe(0);
    if (!(error instanceof Error)) throw new Error('it started');
    return error;
  }

  it('on a database that was not migrated, and names the command', async () => {
    const started = begin(await configure({ isMigrated: false }));
    expect((await refused(started)).message).toContain('run `pnpm envase migrate` first');
    expect(stepsOf(started.lines)).toEqual(['mongodb']);
  });

  it('without MongoDB', async () => {
    const port = await findFreePort();
    const config = await configure({ isMigrated: false });
    const MONGODB_URI = `mongodb://127.0.0.1:${port}/x?serverSelectionTimeoutMS=500`;
    expect(await refused(begin({ ...config, MONGODB_URI }))).toMatchObject({ code: 'unavailable' });
  });

  it('on a Redis that evicts, and names the setting', async () => {
    const redis = await privateRedis({ policy: 'allkeys-lru' });
    const started = begin(await configure({ REDIS_URL: redis.uri }));
    const { message } = await refused(started);
    expect(message).toContain('maxmemory-policy allkeys-lru');
    expect(message).toContain('noeviction');
    expect(stepsOf(started.lines)).toEqual(['redis', 'mongodb']);
  });

  it('on an admin port that is taken', async () => {
    const ADMIN_PORT = await findFreePort();
    await begin(await configure({ ADMIN_PORT })).opening;
    expect((await refused(begin(await configure({ ADMIN_PORT })))).message).toContain('EADDRINUSE');
  });

  it('with crash points that are none', async () => {
    expect(await refused(begin(await configure({ FAILPOINTS: 'x:explode' })))).toBeInstanceOf(RangeError);
  });
});

describe('while Redis is away', () => {
  it('programs start, those that need it are ready once it is back', async () => {
    const port = await findFreePort();
    const REDIS_URL = `redis://127.0.0.1:${port}`;
    const [needing, other] = await Promise.all([findFreePort(), findFreePort()]);
    const worker = begin(await configure({ REDIS_URL, ADMIN_PORT: needing }));
    const api = begin(await configure({ REDIS_URL, ADMIN_PORT: other }), { isReadyWithoutRedis: true });
    await Promise.all([worker.opening, api.opening]);
    expect(worker.lines.join()).toContain('Redis is away');
    expect(await askReady(needing)).toMatchObject({ status: 503, checks: { redis: { ok: false } } });
    expect(await askReady(other)).toMatchObject({ status: 200, checks: { redis: { ok: false } } });
    await privateRedis({ port });
    await waitFor(async () => (await askReady(needing)).ok, { what: 'the worker to be ready' });
    await waitFor(async () => (await askReady(other)).checks.redis?.ok, { what: 'the API to see Redis' });
  });

  it('a program that started is not ready on a Redis that comes back evicting', async () => {
    const port = await findFreePort();
    const ADMIN_PORT = await findFreePort();
    const REDIS_URL = `redis://127.0.0.1:${port}`;
    await begin(await configure({ REDIS_URL, ADMIN_PORT })).opening;
    await privateRedis({ port, policy: 'volatile-lru' });
    const detail = await waitFor(
      async () => {
        const { checks } = await askReady(ADMIN_PORT);
        return checks.redis?.detail?.includes('volatile-lru') && checks.redis.detail;
      },
      { what: 'the policy to be named' },
    );
    expect(detail).toContain('noeviction');
    await setPolicy(REDIS_URL, 'noeviction');
    await waitFor(async () => (await askReady(ADMIN_PORT)).ok, { what: 'the program to be ready' });
  });
});

/** A worker that does nothing, to be changed. */
const idleWorker: LaneWorker = {
  run: () => undefined,
  pause: async () => undefined,
  resume: async () => undefined,
  close: async () => undefined,
  isRunning: () => false,
  rateLimit: async () => undefined,
};
