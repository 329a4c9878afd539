import { inflateRawSync } from 'node:zlib';
import { connectDatabase, type Database, migrate, type ObservationDoc, type TraceDoc } from '@envase/db';
import {
  connectRedis,
  createProducer,
  type Producer,
  type Redis,
  traceQueue,
  traceResults,
} from '@envase/queues';
import { clearFailpoints, createLogger, createShutdown, loadConfig, setFailpoint } from '@envase/runtime';
import { type Simulator, simulatedProviders, startSimulator } from '@envase/simulator';
import { createTestDatabase, createTestPrefix, waitFor } from '@envase/testing';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { tracerConfig } from '../src/config.ts';
import { startTracer } from '../src/start.ts';
import { buildTrace } from './build.ts';
import { keyRingText } from './start-test-tracer.ts';

const logger = createLogger({ program: 'test', level: 'silent' });
const boxes = ['MSCU1234566', 'CSQU3054383', 'MSCU0000060'] as const;

let db: Database;
let redis: Redis;
let producer: Producer;
let simulator: Simulator;
let stopTracer: () => Promise<unknown>;

beforeAll(async () => {
  const { uri } = await createTestDatabase();
  const prefix = createTestPrefix();
  db = await connectDatabase({ uri, logger });
  await migrate(db.connection);
  redis = connectRedis({ url: process.env.REDIS_URL ?? '', role: 'producer', logger });
  producer = createProducer({ redis, prefix, logger });
  simulator = await startSimulator({ speed: 1 });
  for (const number of boxes) simulator.control.setJourney({ number, providerId: 'apm', journey: 'import' });
  const login = (what: string) =>
    simulatedProviders.find(({ id }) => id === 'apm')?.credentials.find((one) => one.what === what)?.value;
  const apm = {
    baseUrl: simulator.baseUrls.apm,
    credentials: { clientId: login('client_id'), clientSecret: login('client_secret') },
  };
  const shutdown = createShutdown({ logger });
  const config = loadConfig(tracerConfig, {
    MONGODB_URI: uri,
    REDIS_URL: process.env.REDIS_URL,
    QUEUE_PREFIX: prefix,
    ADMIN_PORT: '0',
    PROVIDERS: JSON.stringify({ apm }),
    KEY_RING: keyRingText,
  });
  await startTracer(config, { logger, shutdown });
  stopTracer = () => shutdown.run('test ends');
});

afterAll(async () => {
  await stopTracer();
  await simulator.close();
  await producer.close();
  redis.disconnect();
  await db.close();
});

beforeEach(() => {
  simulator.control.clearRequests();
});

afterEach(() => {
  clearFailpoints();
  simulator.control.clearFaults();
});

async function insert(...traces: TraceDoc[]): Promise<TraceDoc[]> {
  await db.repositories.traces.swap(traces.map((trace) => ({ expectedRev: null, trace })));
  return traces;
}

async function run(traces: readonly TraceDoc[]): Promise<void> {
  for (const [via, own] of Map.groupBy(traces, (trace) => trace.via)) {
    const lanes = own.map(({ _id }) => ({ laneId: _id, data: { traceId: _id } }));
    await producer.addLanes(traceQueue(via), 'trace.run', lanes);
  }
}

function observationsOf(trace: TraceDoc): Promise<ObservationDoc[]> {
  return db.repositories.observations.findUnsettled(trace._id, null);
}

async function observed(traces: readonly TraceDoc[], count = 1): Promise<ObservationDoc[]> {
  return waitFor(
    async () => {
      const all = await Promise.all(traces.map(observationsOf));
      return all.every((one) => one.length >= count) && all.flat();
    },
    { what: 'every trace to be observed' },
  );
}

function asked() {
  return simulator.control.requests({ providerId: 'apm' }).filter((request) => request.operation !== 'token');
}

let org = 0;
/** Traces of an organization that no other test has. */
function freshTraces(numbers: readonly string[], overrides: Partial<TraceDoc> = {}): TraceDoc[] {
  org += 1;
  return numbers.map((number) => buildTrace({ orgId: `org-${org}`, ...overrides, number }));
}

describe('the tracer', () => {
  it('shares requests among boxes that are due together and keeps each box its own slice', async () => {
    const traces = await insert(...freshTraces(boxes), ...freshTraces(boxes));
    await run(traces);
    const observations = await observed(traces);
    // Jobs may straggle behind the first one; the rest always meets.
    expect(asked().length).toBeLessThanOrEqual(2);
    for (const [index, trace] of traces.entries()) {
      const { raw, normalized, forceSeq } = observations[index] ?? {};
      const slice = inflateRawSync(raw ?? new Uint8Array()).toString('utf8');
      const others = boxes.filter((number) => number !== trace.number);
      expect(slice).toContain(trace.number);
      for (const other of others) expect(slice).not.toContain(other);
      expect(normalized?.found).toBe(true);
      expect(forceSeq).toBe(1);
    }
  });

  it('counts a shared request for each service that it was for', async () => {
    const traces = await insert(...freshTraces([boxes[0]]), ...freshTraces([boxes[0]]));
    await run(traces);
    await observed(traces);
    const day = Math.floor(Date.now() / 86_400_000) * 86_400_000;
    const range = { since: new Date(day), until: new Date(day + 2 * 86_400_000) };
    const requestsOf = async ({ orgId, svcId }: TraceDoc) => {
      const tenant = { clientId: 'c', grants: [{ orgId, svcId }] };
      const { items } = await db.repositories.usage.list(tenant, range, { limit: 2 });
      return items.reduce((sum, { providerRequests }) => sum + providerRequests, 0);
    };
    for (const trace of traces) {
      await waitFor(async () => (await requestsOf(trace)) === 1, { what: 'the count' });
    }
  });

  it('asks for settling of what it observed', async () => {
    const before = (await producer.counts(traceResults)).waiting;
    const traces = await insert(...freshTraces([boxes[0]]));
    await run(traces);
    await observed(traces);
    await waitFor(async () => (await producer.counts(traceResults)).waiting > before, {
      what: 'a settle job',
    });
  });

  it('keeps a box that the provider does not know as not found', async () => {
    const number = 'TSTU0000013';
    simulator.control.setJourney({ number, providerId: 'apm', journey: 'never_found' });
    const traces = await insert(...freshTraces([number]));
    await run(traces);
    const [observation] = await observed(traces);
    expect(observation).toMatchObject({ kind: 'answer', normalized: { found: false, milestones: [] } });
  });

  it('leaves traces alone that are not due', async () => {
    const [later] = freshTraces([boxes[0]], { nextTraceAt: new Date(Date.now() + 3_600_000) });
    const [due] = freshTraces([boxes[1]]);
    if (!later || !due) throw new Error('two traces');
    await insert(later, due);
    await run([later, due]);
    await observed([due]);
    expect(await observationsOf(later)).toEqual([]);
  });

  it('settles an answer that was never settled instead of asking again', async () => {
    const traces = await insert(...freshTraces([boxes[0]]));
    await run(traces);
    await observed(traces);
    simulator.control.clearRequests();
    const before = (await producer.counts(traceQueue('apm'))).completed;
    await run(traces);
    await waitFor(async () => (await producer.counts(traceQueue('apm'))).completed > before, {
      what: 'the run',
    });
    expect(asked()).toEqual([]);
  });

  it('tells each organization of a failed attempt once per window, naming only its own boxes', async () => {
    simulator.control.addFault({ providerId: 'apm', kind: 'unavailable' });
    const one = freshTraces([boxes[0], boxes[1]]);
    const other = freshTraces([boxes[2]]);
    const traces = await insert(...one, ...other);
    await run(traces);
    const observations = await observed(traces);
    expect(observations.every(({ kind }) => kind === 'failure')).toBe(true);
    // A job that straggles is an attempt of its own, which is not told: the first one names its own boxes only.
    for (const own of [one, other]) {
      const ids = new Set(own.map(({ _id }) => _id));
      const tells = observations
        .filter(({ traceId }) => ids.has(traceId))
        .flatMap(({ failure }) => failure?.tell ?? []);
      expect(tells).toHaveLength(1);
      expect(tells[0]?.ids).toHaveLength(tells[0]?.count ?? 0);
      expect(own.map(({ number }) => number)).toEqual(expect.arrayContaining(tells[0]?.ids ?? []));
    }
    expect(observations[0]?.failure).toMatchObject({ code: 'provider_unavailable' });
    const [later] = await insert(...freshTraces([boxes[2]], { orgId: one[0]?.orgId ?? '' }));
    if (!later) throw new Error('one trace');
    await run([later]);
    const [second] = await observed([later]);
    expect(second?.failure?.tell).toBeNull();
  });

  it('tells again after an attempt that succeeded', async () => {
    const [first, second, third] = freshTraces(boxes);
    if (!first || !second || !third) throw new Error('three traces');
    await insert(first, second, third);
    simulator.control.addFault({ providerId: 'apm', kind: 'unavailable' });
    await run([first]);
    await observed([first]);
    simulator.control.clearFaults();
    await run([second]);
    await observed([second]);
    simulator.control.addFault({ providerId: 'apm', kind: 'unavailable' });
    await run([third]);
    const [observation] = await observed([third]);
    expect(observation?.failure?.tell?.ids).toEqual([third.number]);
  });

  it('opens the breaker after five failures in a row and closes it with the next success', async () => {
    simulator.control.addFault({ providerId: 'apm', kind: 'server_error' });
    for (const trace of await insert(...freshTraces([...boxes, 'MSCU0000100', 'TSTU0000013']))) {
      await run([trace]);
      await observed([trace]);
    }
    const state = await db.repositories.providerStates.get('apm');
    expect(state?.breaker?.state).toBe('open');
    simulator.control.clearFaults();
    const traces = await insert(...freshTraces([boxes[0]]));
    await run(traces);
    await observed(traces);
    const closed = await db.repositories.providerStates.get('apm');
    expect(closed?.breaker).toMatchObject({ state: 'closed', failures: 0 });
  });

  it('plays test traces by itself, and one that fails stops no other', async () => {
    const test = (number: string, scenario: string) =>
      freshTraces([number], { isTest: true, via: 'scenario', scenario });
    const failing = boxes.flatMap((number) => [...test(number, 'fail'), ...test(number, 'fail')]);
    const traces = await insert(...failing, ...test(boxes[0], 'held'), ...test(boxes[0], 'not_found'));
    await run(traces);
    const observations = await observed(traces);
    expect(observations.map(({ kind, normalized }) => normalized?.found ?? kind)).toEqual([
      ...failing.map(() => 'failure'),
      true,
      false,
    ]);
    expect(observations.at(-2)?.normalized).toMatchObject({ holds: [{ type: 'customs' }] });
    expect(observations[0]?.failure).toMatchObject({ code: 'provider_unavailable', tell: { count: 1 } });
    expect(await db.repositories.providerStates.get('scenario')).toBeNull();
    expect(asked()).toEqual([]);
  });

  it('never takes a page of HTML for an answer', async () => {
    simulator.control.addFault({ providerId: 'apm', kind: 'html200' });
    const traces = await insert(...freshTraces([boxes[0]]));
    await run(traces);
    const [observation] = await observed(traces);
    expect(observation).toMatchObject({ kind: 'failure', failure: { code: 'provider_answer' } });
  });

  it.each(['tracer.before-request', 'tracer.after-answer'])(
    'asks again after a crash at %s',
    async (point) => {
      setFailpoint(point, 'throw');
      const traces = await insert(...freshTraces([boxes[0]]));
      const before = (await producer.counts(traceQueue('apm'))).failed;
      await run(traces);
      await waitFor(async () => (await producer.counts(traceQueue('apm'))).failed > before, {
        what: 'the crash',
      });
      clearFailpoints();
      await run(traces);
      expect(await observed(traces)).toHaveLength(1);
    },
  );
});
