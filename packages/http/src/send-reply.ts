import { Readable } from 'node:stream';
import type { ParameterizedContext } from 'koa';
import type { Reply } from './endpoint.ts';
import type { AppState } from './state.ts';

const JSON_TYPE = 'application/json; charset=utf-8';

/** Puts a reply on the wire. A reply's own headers win over the defaults. */
export function sendReply(ctx: ParameterizedContext<AppState>, reply: Reply): void {
  const { status, body, headers } = reply;
  ctx.status = status;
  if (body !== undefined) setBody(ctx, body);
  else if (status !== 204) {
    // Koa would answer with the status text.
    ctx.body = '';
    ctx.remove('Content-Type');
  }
  if (headers) ctx.set(headers);
}

function setBody(ctx: ParameterizedContext<AppState>, body: NonNullable<Reply['body']>): void {
  if (typeof body === 'string' || Buffer.isBuffer(body) || body instanceof Readable) {
    ctx.body = body;
    return;
  }
  ctx.set('Content-Type', JSON_TYPE);
  ctx.body = isJsonText(body) ? body.json : JSON.stringify(body);
}

/** Whether it is JSON text already. */
export function isJsonText(body: object): body is { json: string } {
  return 'json' in body && typeof body.json === 'string' && Object.keys(body).length === 1;
}
