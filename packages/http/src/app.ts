import type { RequestListener } from 'node:http';
import { AppError, asError, type Clock, type Logger } from '@envase/runtime';
import Koa, { type Middleware, type ParameterizedContext } from 'koa';
import { presentError } from './error-answer.ts';
import { discardRest } from './request-body.ts';
import { chooseRequestId } from './request-id.ts';
import type { AppRouter } from './router.ts';
import type { AppState } from './state.ts';

export interface AppOptions {
  logger: Logger;
  clock?: Pick<Clock, 'now'>;
  routers: readonly AppRouter[];
  /** Koa middlewares of others (such as a board), tried after the routers. */
  mounts?: readonly Middleware<AppState>[];
  /** Requests at work at once; more are answered 503 with `Retry-After`. */
  maxInFlight?: number;
  /** Proxies in front whose `X-Forwarded-For` is believed; 0 unless given. */
  trustedProxies?: number;
}

export interface App {
  readonly listener: RequestListener;
  inFlight(): number;
  /** From now on every answer closes its connection. */
  drain(): void;
}

type AppContext = ParameterizedContext<AppState>;

const HEADERS = {
  'X-Content-Type-Options': 'nosniff',
  'Referrer-Policy': 'no-referrer',
  'Content-Security-Policy': "default-src 'none'; frame-ancestors 'none'",
  // Answers may hold tokens or a customer's data; a reply that may be cached says so itself.
  'Cache-Control': 'no-store',
} as const;

/** The frame around every route: request id, one log line, error answers (contract s2), safe headers, overload (quality R10). */
export function createApp(options: AppOptions): App {
  const { logger, maxInFlight = Number.POSITIVE_INFINITY, trustedProxies = 0 } = options;
  const koa = new Koa<AppState>({ proxy: trustedProxies > 0, maxIpsCount: trustedProxies });
  const now = options.clock ? options.clock.now : Date.now;
  let atWork = 0;
  let isDraining = false;

  koa.on('error', (error: unknown) => logger.error({ err: asError(error) }, 'An answer could not be sent'));
  koa.use(async (ctx, next) => {
    const startedAt = now();
    openRequest(ctx, logger);
    atWork += 1;
    let failure: unknown;
    try {
      if (atWork > maxInFlight) throw new AppError('unavailable', 'Too many requests at once');
      refuseTokenInUrl(ctx);
      await next();
    } catch (error) {
      failure = error;
      answerError(ctx, error);
    } finally {
      atWork -= 1;
      if (isDraining) ctx.set('Connection', 'close');
      discardRest(ctx.req);
      logRequest(ctx, { ms: now() - startedAt, failure });
    }
  });
  for (const { middleware } of options.routers) koa.use(middleware);
  for (const mount of options.mounts ?? []) koa.use(mount);
  koa.use((ctx) => {
    throw new AppError('not_found', `There is nothing at ${ctx.path.slice(0, 200)}`);
  });
  return {
    listener: koa.callback(),
    inFlight: () => atWork,
    drain() {
      isDraining = true;
    },
  };
}

function openRequest(ctx: AppContext, logger: Logger): void {
  ctx.state.logger = logger;
  ctx.state.requestId = chooseRequestId(ctx.get('X-Request-Id') || undefined);
  ctx.set(HEADERS);
  ctx.set('X-Request-Id', ctx.state.requestId);
}

/** A URL ends up in logs and histories (contract s2). */
function refuseTokenInUrl(ctx: AppContext): void {
  if (ctx.querystring === '' || ctx.query.access_token === undefined) return;
  throw new AppError('invalid_request', 'Send the token in the Authorization header, never in the URL', {
    details: [{ path: 'query.access_token', message: 'belongs in the Authorization header' }],
  });
}

function answerError(ctx: AppContext, error: unknown): void {
  const { status, headers, body } = presentError(error, ctx.state.requestId);
  ctx.status = status;
  ctx.set(headers);
  ctx.set('Content-Type', 'application/json; charset=utf-8');
  ctx.body = JSON.stringify(body);
}

/** One line per request; never bodies, tokens or queries. A failure is told only where it is ours. */
function logRequest(ctx: AppContext, result: { ms: number; failure: unknown }): void {
  const { requestId, logger, route, clientId } = ctx.state;
  const line = {
    requestId,
    method: ctx.method,
    route: route ?? null,
    status: ctx.status,
    ms: Math.round(result.ms),
    ...(clientId ? { clientId } : {}),
  };
  if (ctx.status < 500) logger.info(line, 'Request');
  else logger.error({ ...line, err: asError(result.failure) }, 'Request failed');
}
