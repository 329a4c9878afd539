import { createApp, createRouter, startServer } from '@envase/http';
import { openProgram } from '@envase/program';
import { listManifests } from '@envase/providers';
import { openQueues } from '@envase/queues';
import { createClock, type MainContext } from '@envase/runtime';
import { createBoard } from './board/board.ts';
import type { OpsConfig } from './config.ts';
import { createGuard } from './login/guard.ts';
import { loginRoutes } from './login/login.routes.ts';
import { createSessions } from './login/sessions.ts';
import { watchQueues } from './metrics/queue-metrics.ts';

export const boardPath = '/queues';

/** Starts Ops: Bull Board behind the operator's login, on a port of its own. Resolves with the port that it serves. */
export async function startOps(
  config: OpsConfig,
  { logger, shutdown }: MainContext,
): Promise<{ port: number }> {
  const program = await openProgram({ name: 'ops', config, logger, shutdown, isReadyWithoutRedis: false });
  const { producerRedis: redis, prefix, metrics } = program;
  const clock = createClock();
  const providerIds = listManifests().map((manifest) => manifest.id);
  const queues = openQueues(providerIds, { redis, prefix, logger });
  shutdown.add('board queues', () => queues.close(), 'queues');
  const watch = watchQueues({ queues, metrics, logger });
  shutdown.add('queue watch', () => watch.stop());
  const operator = { username: config.OPERATOR_USERNAME, password: config.OPERATOR_PASSWORD };
  const sessions = createSessions({ clock, operator });
  const isWritable = config.BOARD_WRITABLE;
  const app = createApp({
    logger,
    clock,
    routers: [createRouter(loginRoutes({ sessions, clock, boardPath }))],
    mounts: [
      createGuard({ basePath: boardPath, sessions, isWritable }),
      createBoard(queues.queues, { basePath: boardPath, isWritable }),
    ],
  });
  const server = await startServer({ app, port: config.PORT, host: config.HOST });
  shutdown.add('http server', () => server.stop(), 'accept');
  return { port: server.port };
}
