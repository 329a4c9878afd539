import type { IncomingMessage, ServerResponse } from 'node:http';
import { createJudge, type ReceiverOptions } from './judge-delivery.ts';

export type Receive = (request: IncomingMessage, response: ServerResponse) => Promise<void>;

/**
 * Takes web-hooks at a plain `node:http` server, or as a handler of Express: mount it before the body parser, or after
 * one that keeps the bytes (`express.raw()`). Answers 204 only after `onEvent` resolved. Never rejects.
 */
export function createReceiver(options: ReceiverOptions): Receive {
  const judge = createJudge(options);
  return async (request, response) => {
    const answer = await judge(request);
    if (answer) response.writeHead(answer.status, answer.headers).end(answer.body);
  };
}
