import { createBullBoard } from '@bull-board/api';
import { BullMQAdapter } from '@bull-board/api/bullMQAdapter';
import { KoaAdapter } from '@bull-board/koa';
import type { AppMiddleware } from '@envase/http';
import type { BoardQueue } from '@envase/queues';

/** Bull Board over every queue, to be mounted behind the guard. Jobs carry ids only, so it shows no customer data. */
export function createBoard(
  queues: readonly BoardQueue[],
  options: { basePath: string; isWritable: boolean },
): AppMiddleware {
  const serverAdapter = new KoaAdapter();
  serverAdapter.setBasePath(options.basePath);
  createBullBoard({
    queues: queues.map((queue) => new BullMQAdapter(queue, { readOnlyMode: !options.isWritable })),
    serverAdapter,
    options: {
      uiConfig: { boardTitle: 'Envase Trace', hideRedisDetails: true, showWorkers: false },
    },
  });
  // The adapter's own Koa types are another copy's; what it returns is a Koa middleware.
  return serverAdapter.registerPlugin() as unknown as AppMiddleware;
}
