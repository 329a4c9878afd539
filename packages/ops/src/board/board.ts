import { createBullBoard } from '@bull-board/api';
import { BullMQAdapter } from '@bull-board/api/bullMQAdapter';
import { KoaAdapter } from '@bull-board/koa';
import type { AppMiddleware } from '@envase/http';
import { type BoardQueue, pumpQueue, type QueueDefinition, workQueues } from '@envase/queues';
import { AppError, asError, type Logger } from '@envase/runtime';
import { judgeWrite } from './judge-write.ts';
import { createShowData } from './show-data.ts';

export interface BoardOptions {
  queues: readonly BoardQueue[];
  providerIds: readonly string[];
  /** The path the browser sees. */
  basePath: string;
  isWritable: boolean;
  logger: Logger;
}

/** Bull Board over every queue. It knows no login: only a guard may run it. Every attempt to change something is logged. */
export function createBoard(options: BoardOptions): AppMiddleware {
  const { queues, basePath, isWritable } = options;
  const serverAdapter = new KoaAdapter();
  serverAdapter.setBasePath(basePath);
  const showData = byQueue(options.providerIds);
  createBullBoard({
    queues: queues.map((queue) => adapt(queue, { isWritable, showData })),
    serverAdapter,
    options: { uiConfig: describeBoard(isWritable), handlerHooks: { before: createJudge(options) } },
  });
  // The adapter's own Koa types are another copy's; what it returns is a Koa middleware.
  const serve = serverAdapter.registerPlugin() as unknown as AppMiddleware;
  return async (ctx, next) => {
    try {
      await serve(ctx, next);
    } catch (error) {
      throw asOwnFault(error);
    }
  };
}

type ShowData = (data: unknown) => unknown;

function byQueue(providerIds: readonly string[]): Map<string, ShowData> {
  const work = workQueues(providerIds);
  const definitions: QueueDefinition[] = [...work, ...work.map(pumpQueue)];
  return new Map(definitions.map((definition) => [definition.name, createShowData(definition)]));
}

function adapt(
  queue: BoardQueue,
  { isWritable, showData }: { isWritable: boolean; showData: Map<string, ShowData> },
): BullMQAdapter {
  const show = showData.get(queue.name);
  if (!show) throw new AppError('internal', `Nobody defines the queue ${queue.name}`);
  // A second lock beside the judge, and what makes the page leave out its buttons.
  const adapter = new BullMQAdapter(queue, { readOnlyMode: !isWritable });
  adapter.setFormatter('data', show);
  return adapter;
}

function describeBoard(isWritable: boolean) {
  return {
    boardTitle: 'Envase Trace',
    hideRedisDetails: true,
    hideDocsLink: true,
    // One CLIENT LIST per queue and poll less.
    showWorkers: false,
    miscLinks: [{ text: 'Log out', url: '/logout' }],
    environment: {
      label: isWritable ? 'writable' : 'read-only',
      color: isWritable ? '#b3261e' : '#1b5e20',
      textColor: '#fff',
    },
  };
}

interface BoardCall {
  method: string;
  route: string;
  request?: { params: Record<string, unknown> } | undefined;
}

function createJudge({ isWritable, logger }: Pick<BoardOptions, 'isWritable' | 'logger'>) {
  return (call: BoardCall) => {
    const { method, route, request } = call;
    if (method === 'get') return;
    const refusal = judgeWrite(call, isWritable);
    logger.info({ method, route, ...request?.params, refusal }, 'An operator changes a queue');
    return refusal === null ? undefined : { allow: false, status: 403 as const, message: refusal };
  };
}

/** What the board's own Koa refuses, such as a body that is no JSON, is the sender's fault. */
function asOwnFault(thrown: unknown): Error {
  const error = asError(thrown);
  const isRefusal = 'status' in error && Number(error.status) >= 400 && Number(error.status) < 500;
  return isRefusal
    ? new AppError('invalid_request', 'The board cannot read this request', { cause: error })
    : error;
}
