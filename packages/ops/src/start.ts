import { createApp, createRouter, startServer } from '@envase/http';
import { openProgram, type Program } from '@envase/program';
import { createScenarioProvider, listManifests } from '@envase/providers';
import { type BoardQueues, openQueues } from '@envase/queues';
import { type Clock, createClock, lookAgain, type MainContext } from '@envase/runtime';
import { createBoard } from './board/board.ts';
import type { OpsConfig } from './config.ts';
import { createGuard } from './login/guard.ts';
import { loginRoutes } from './login/login.routes.ts';
import { createSessionCookie } from './login/session-cookie.ts';
import { createSessions } from './login/sessions.ts';
import { createDueLook } from './metrics/watch-due.ts';
import { createQueueLook } from './metrics/watch-queues.ts';

export const boardPath = '/queues';

/** What runs the program; the clock is the real one unless given. */
export type OpsContext = MainContext & { clock?: Clock };

/** Starts Ops: Bull Board behind the operator's login, on a port of its own. Resolves with the port that it serves. */
export async function startOps(config: OpsConfig, context: OpsContext): Promise<{ port: number }> {
  const { logger, shutdown, clock = createClock() } = context;
  const program = await openProgram({
    name: 'ops',
    config,
    logger,
    shutdown,
    isReadyWithoutRedis: false,
    listens: true,
  });
  // Test traces have a queue of their own, of a provider that nobody publishes to.
  const providerIds = [...listManifests(), createScenarioProvider(clock).manifest].map(({ id }) => id);
  const queues = openQueues(providerIds, { redis: program.producerRedis, prefix: program.prefix, logger });
  shutdown.add('board queues', () => queues.close(), 'queues');
  startWatches(program, { queues, clock, context });
  const app = createOpsApp(program, { config, queues, providerIds, clock });
  const server = await startServer({ app, port: config.PORT, host: config.HOST });
  program.accept(server);
  return { port: server.port };
}

function createOpsApp(
  program: Program,
  by: { config: OpsConfig; queues: BoardQueues; providerIds: readonly string[]; clock: Clock },
) {
  const { config, queues, providerIds, clock } = by;
  const { logger, prefix, producerRedis: redis } = program;
  const publicUrl = config.PUBLIC_URL;
  const operator = { username: config.OPERATOR_USERNAME, password: config.OPERATOR_PASSWORD };
  const sessions = createSessions({ redis, prefix, clock, operator });
  const cookie = createSessionCookie({ isSecure: publicUrl?.startsWith('https:') ?? false });
  const board = createBoard({
    queues: queues.queues,
    providerIds,
    basePath: boardPath,
    isWritable: config.BOARD_WRITABLE,
    logger,
  });
  return createApp({
    logger,
    clock,
    trustedProxies: config.TRUSTED_PROXIES,
    routers: [createRouter(loginRoutes({ sessions, cookie, clock, boardPath, publicUrl }))],
    mounts: [createGuard({ basePath: boardPath, sessions, cookie, publicUrl, inside: board })],
  });
}

function startWatches(
  program: Program,
  by: { queues: BoardQueues; clock: Clock; context: MainContext },
): void {
  const { metrics, logger, db } = program;
  const { shutdown } = by.context;
  const jobs = lookAgain({
    everyMs: 5_000,
    look: createQueueLook(by.queues, metrics),
    what: 'Queues could not be counted',
    logger,
  });
  shutdown.add('queue watch', () => jobs.stop());
  const due = lookAgain({
    everyMs: 15_000,
    look: createDueLook({ stores: db.repositories, clock: by.clock, metrics }),
    what: 'What is due could not be counted',
    logger,
  });
  shutdown.add('due watch', () => due.stop());
}
