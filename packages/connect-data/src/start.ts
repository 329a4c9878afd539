import { tokenAudience } from '@envase/contracts';
import { createDirectoryLoader } from '@envase/db';
import { createSender } from '@envase/egress';
import {
  type ClientDirectory,
  createApp,
  createAuthenticator,
  createClientDirectory,
  createJwksSource,
  settleAudit,
  startServer,
} from '@envase/http';
import { openProgram, type Program } from '@envase/program';
import { watchEpoch } from '@envase/queues';
import { type Clock, createClock, type MainContext } from '@envase/runtime';
import type { ConnectDataConfig } from './config.ts';
import { startFanOut } from './fan-out/start-fan-out.ts';
import { createApiRouter } from './router.ts';

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
    listens: true,
  });
  const clock = createClock();
  const directory = await startDirectory(program, { clock, shutdown });
  const pump = startFanOut(program, { directory, clock });
  const epoch = watchEpoch({
    redis: program.producerRedis,
    logger,
    prefix: program.prefix,
    name: 'connect-data',
    onFlush: () => pump.revive(),
  });
  shutdown.add('epoch watch', () => epoch.stop());
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
  const sender = createSender({ policy: { allowHosts: config.ALLOW_HTTP_HOOKS }, logger });
  shutdown.add('sender', () => sender.close(), 'queues');
  const isStopping = () => shutdown.isStopping();
  await settleAudit({ store: program.db.repositories.audit, clock });
  const app = createApp({
    logger,
    clock,
    routers: [createApiRouter({ ...program, clock, config, sender, isStopping }, authenticate)],
    maxInFlight: config.MAX_IN_FLIGHT,
    trustedProxies: config.TRUSTED_PROXIES,
  });
  const server = await startServer({ app, port: config.PORT, host: config.HOST });
  program.accept(server);
  return { port: server.port };
}

async function startDirectory(
  { db, logger }: Program,
  { clock, shutdown }: { clock: Clock; shutdown: MainContext['shutdown'] },
): Promise<ClientDirectory> {
  const directory = createClientDirectory({
    loadChangedSince: createDirectoryLoader(db.repositories),
    logger,
    clock,
  });
  await directory.start();
  shutdown.add('client directory', () => directory.stop(), 'stores');
  return directory;
}
