import { randomBytes } from 'node:crypto';
import {
  type CredentialMeta,
  connectDatabase,
  createCredentialRepository,
  type Database,
  migrate,
  type ObservationDoc,
  type TraceDoc,
} from '@envase/db';
import { connectRedis, createProducer, type Producer, type Redis, traceQueue } from '@envase/queues';
import { createKeyRing, createLogger, createShutdown, loadConfig, parseKeyRing } from '@envase/runtime';
import { type Simulator, simulatedProviders, startSimulator } from '@envase/simulator';
import { createTestDatabase, createTestPrefix, waitFor } from '@envase/testing';
import { tracerConfig } from '../src/config.ts';
import { startTracer } from '../src/start.ts';

export interface TestTracer {
  db: Database;
  producer: Producer;
  simulator: Simulator;
  redis: Redis;
  prefix: string;
  /** What the tracer logged, line by line. */
  logs: string[];
  /** Stores a customer's login, as Connect Data does. */
  putLogin(orgId: string, providerId: string, fields: Record<string, string>): Promise<CredentialMeta>;
  loginOf(orgId: string, providerId: string): Promise<CredentialMeta | null>;
  insert(...traces: TraceDoc[]): Promise<TraceDoc[]>;
  /** What the Trace Manager makes of a trace, in short: it keeps the order and what was settled. */
  settle(trace: TraceDoc, changes?: Partial<TraceDoc>): Promise<TraceDoc>;
  run(traces: readonly TraceDoc[]): Promise<void>;
  observationsOf(trace: TraceDoc): Promise<ObservationDoc[]>;
  /** Resolves when the trace has so many observations. */
  observed(trace: TraceDoc, count: number): Promise<ObservationDoc[]>;
  /** Operations that a simulated provider was asked for, oldest first. */
  asked(providerId: string): string[];
  stop(): Promise<void>;
}

const logger = createLogger({ program: 'test', level: 'silent' });

export const keyRingText = `r1:${randomBytes(32).toString('base64')}`;

/** The login that the simulator takes. */
export function loginOf(providerId: string, what: string): string {
  const found = simulatedProviders
    .find(({ id }) => id === providerId)
    ?.credentials.find((one) => one.what === what);
  if (!found) throw new Error(`${providerId} has no ${what}`);
  return found.value;
}

/** A tracer with everything real around it: a fresh database and prefix, simulated providers. */
export async function startTestTracer(options: {
  connections: (baseUrls: Readonly<Record<string, string>>) => object;
  speed?: number;
}): Promise<TestTracer> {
  const { uri } = createTestDatabase();
  const prefix = createTestPrefix();
  const db = await connectDatabase({ uri, logger });
  await migrate(db.connection);
  // biome-ignore lint/style/noProcessEnv: the test run's set-up tells the address this way
  const redisUrl = process.env.REDIS_URL ?? '';
  const redis = connectRedis({ url: redisUrl, role: 'producer', logger });
  const producer = createProducer({ redis, prefix, logger });
  const simulator = await startSimulator({ speed: options.speed ?? 1 });
  const logs: string[] = [];
  const destination = { write: (line: string) => void logs.push(line) };
  const shutdown = createShutdown({ logger });
  const config = loadConfig(tracerConfig, {
    MONGODB_URI: uri,
    REDIS_URL: redisUrl,
    QUEUE_PREFIX: prefix,
    ADMIN_PORT: '0',
    SPEED: String(options.speed ?? 1),
    PROVIDERS: JSON.stringify(options.connections(simulator.baseUrls)),
    KEY_RING: keyRingText,
  });
  await startTracer(config, {
    logger: createLogger({ program: 'tracer', level: 'debug', destination }),
    shutdown,
  });
  const credentials = createCredentialRepository(db.connection, createKeyRing(parseKeyRing(keyRingText)));
  const tenantOf = (orgId: string) => ({ clientId: 'client-1', grants: [{ orgId, svcId: '*' }] });
  const { traces, observations } = db.repositories;
  const observationsOf = ({ _id }: TraceDoc) => observations.findUnsettled(_id, null);
  return {
    db,
    producer,
    simulator,
    redis,
    prefix,
    logs,
    async putLogin(orgId, providerId, fields) {
      const login = {
        orgId,
        providerId,
        fields,
        status: 'unchecked',
        checkedAt: null,
        now: new Date(),
      } as const;
      return (await credentials.put(tenantOf(orgId), login)).credential;
    },
    loginOf: (orgId, providerId) => credentials.get(tenantOf(orgId), orgId, providerId),
    async insert(...rows) {
      await traces.swap(rows.map((trace) => ({ expectedRev: null, trace })));
      return rows;
    },
    async settle(trace, changes = {}) {
      const last = (await observationsOf(trace)).at(-1);
      const { reference = null, waitMs } = last?.receipt ?? {};
      const awaiting =
        last && reference
          ? { reference, since: last.observedAt, lookAt: new Date(last.lastAt.getTime() + (waitMs ?? 0)) }
          : null;
      const settled = last ? { observationId: last._id, times: last.times } : null;
      const current = await traces.get(trace._id);
      const next = { ...(current ?? trace), rev: (current?.rev ?? 0) + 1, awaiting, settled, ...changes };
      const lost = await traces.swap([{ expectedRev: current?.rev ?? null, trace: next }]);
      if (lost.length > 0) throw new Error('The trace was changed meanwhile');
      return next;
    },
    async run(rows) {
      for (const { _id, via } of rows) {
        const together = rows.filter((row) => row.via === via).length;
        await producer.addLane(traceQueue(via), 'trace.run', {
          laneId: _id,
          data: { traceId: _id, together },
        });
      }
    },
    observationsOf,
    observed: (trace, count) =>
      waitFor(
        async () => {
          const found = await observationsOf(trace);
          return found.length >= count && found;
        },
        { what: `${count} observations of ${trace.number}` },
      ),
    asked: (providerId) =>
      simulator.control.requests({ providerId }).flatMap(({ operation }) => operation ?? []),
    async stop() {
      await shutdown.run('test ends');
      await simulator.close();
      await producer.close();
      redis.disconnect();
      await db.close();
    },
  };
}
