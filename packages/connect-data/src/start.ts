import { tokenAudience } from '@envase/contracts';
import {
  type ClientDirectory,
  createApp,
  createAuthenticator,
  createClientDirectory,
  createJwksSource,
  createRouter,
  createTokenBucket,
  type Route,
  startServer,
} from '@envase/http';
import { openProgram, type Program } from '@envase/program';
import { connectEvents, createLaneWorker, createPump, watchEpoch } from '@envase/queues';
import { type Clock, createClock, createKeyRing, type MainContext, parseKeyRing } from '@envase/runtime';
import type { ConnectDataConfig } from './config.ts';
import { eventRoutes } from './events/events.routes.ts';
import { createPublish } from './events/publish.ts';
import { createFanOut } from './fan-out/fan-out.processor.ts';
import { traceRoutes } from './traces/traces.routes.ts';
import { webhookRoutes } from './webhooks/webhooks.routes.ts';

/** Starts Connect Data: the REST API and the fan-out to web-hooks. Resolves with the port that it serves. */
export async function startConnectData(
  config: ConnectDataConfig,
  { logger, shutdown }: MainContext,
): Promise<{ port: number }> {
  const program = await openProgram({
    name: 'connect-data',
    config,
    logger,
    shutdown,
    isReadyWithoutRedis: true,
  });
  const clock = createClock();
  const { clients, revocations } = program.db.repositories;
  const directory = createClientDirectory({
    loadChangedSince: async (since) => ({
      clients: await clients.findChangedSince(since),
      revocations: await revocations.findRevokedSince(since),
    }),
    logger,
    clock,
  });
  await directory.start();
  shutdown.add('client directory', () => directory.stop(), 'stores');
  startFanOut(program, { directory, clock, context: { logger, shutdown } });
  const jwks = createJwksSource({ url: config.JWKS_URL, logger, clock });
  await jwks.start();
  shutdown.add('token keys', () => jwks.stop(), 'stores');
  const authenticate = createAuthenticator({
    issuer: config.ISSUER,
    audience: tokenAudience,
    jwks,
    directory,
    clock,
  });
  const router = createRouter(createRoutes(program, { config, clock }), { authenticate });
  const app = createApp({
    logger,
    clock,
    routers: [router],
    maxInFlight: config.MAX_IN_FLIGHT,
    trustedProxies: config.TRUSTED_PROXIES,
  });
  const server = await startServer({ app, port: config.PORT, host: config.HOST });
  shutdown.add('http server', () => server.stop(), 'accept');
  return { port: server.port };
}

/** Every route of Connect Data, as data: tests and the description are generated from the same list. */
export function createRoutes(
  { db, producer, logger }: Pick<Program, 'db' | 'producer' | 'logger'>,
  by: { config: ConnectDataConfig; clock: Clock },
): Route[] {
  const { config, clock } = by;
  const { events, traces, webhooks, deliveries } = db.repositories;
  const publish = createPublish({ events, traces, producer, clock, logger });
  const limit = createTokenBucket({ limit: config.PUBLISHES_PER_MINUTE, windowMs: 60_000, clock });
  const ring = createKeyRing(parseKeyRing(config.KEY_RING));
  const policy = { allowHosts: config.ALLOW_HTTP_HOOKS };
  return [
    ...eventRoutes({ publish, events, limit }),
    ...webhookRoutes({ webhooks, deliveries, ring, policy, clock }),
    ...traceRoutes({ traces, clock }),
  ];
}

function startFanOut(
  program: Program,
  by: { directory: ClientDirectory; clock: Clock; context: MainContext },
): void {
  const { db, producer, workerRedis: redis, prefix, gate, logger } = program;
  const { events, webhooks, deliveries } = db.repositories;
  const fanOut = createFanOut({ events, webhooks, deliveries, producer, logger, ...by });
  program.run(
    createLaneWorker(
      connectEvents,
      { 'event.fan-out': fanOut },
      { redis, prefix, gate, logger, concurrency: 25 },
    ),
  );
  const pump = createPump({
    queue: connectEvents,
    jobName: 'event.fan-out',
    producer,
    redis,
    prefix,
    logger,
    due: async (limit) => {
      const owing = await events.findOwing('hooks', new Date(by.clock.now()), limit);
      return owing.map(({ id }) => ({ laneId: id, data: { eventId: id } }));
    },
  });
  program.run(pump);
  const epoch = watchEpoch({
    redis: program.producerRedis,
    logger,
    prefix,
    name: 'connect-data',
    onFlush: () => pump.revive(),
  });
  by.context.shutdown.add('epoch watch', () => epoch.stop());
}
