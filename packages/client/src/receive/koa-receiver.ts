import type { IncomingMessage } from 'node:http';
import { createJudge, type ReceiverOptions } from './judge-delivery.ts';

/** As much of Koa's context as a receiver needs, so that the package needs no Koa. */
export interface KoaContext {
  req: IncomingMessage;
  request: { rawBody?: unknown };
  status: number;
  body: unknown;
  set(headers: Record<string, string>): void;
}

export type KoaReceive = (context: KoaContext) => Promise<void>;

/**
 * Takes web-hooks as a middleware of Koa: mount it at its path before the body parser, or after one that keeps
 * `ctx.request.rawBody`. Answers 204 only after `onEvent` resolved, and calls no middleware after it.
 */
export function createKoaReceiver(options: ReceiverOptions): KoaReceive {
  const judge = createJudge(options);
  return async (context) => {
    const answer = await judge(context.req, context.request);
    if (!answer) return;
    context.status = answer.status;
    context.set(answer.headers);
    if (answer.body !== '') context.body = answer.body;
  };
}
