import { type Issue, listIssues } from '@envase/contracts';
import { AppError } from '@envase/runtime';
import type { Context, ParameterizedContext } from 'koa';
import type { z } from 'zod';
import type { Caller } from './authentication/authenticator.ts';
import { insufficientScope } from './authentication/challenges.ts';
import type { AnyInput, Endpoint, Reply } from './endpoint.ts';
import { presentError } from './error-answer.ts';
import { parseJson, readBody, requireJson } from './request-body.ts';
import type { Route, RouterOptions } from './router.ts';
import { sendReply } from './send-reply.ts';
import type { AppState } from './state.ts';
import { rateLimitHeaders } from './token-bucket.ts';

/** What Koa and its router hand to a route. */
export type RouteContext = ParameterizedContext<AppState> & {
  params: Record<string, string>;
  req: Context['req'];
};

/** One request through one route: client, limit, body, shape, handler, in this order. */
export async function runRoute(ctx: RouteContext, route: Route, options: RouterOptions): Promise<void> {
  ctx.state.route = route.path;
  try {
    const reply = await answer(ctx, route, options);
    options.onAnswer?.(route, reply);
    sendReply(ctx, reply);
  } catch (error) {
    options.onAnswer?.(route, presentError(error, ctx.state.requestId));
    throw error;
  }
}

async function answer(ctx: RouteContext, route: Route, options: RouterOptions): Promise<Reply> {
  const { endpoint } = route;
  const client = await admitCaller(ctx, endpoint, options);
  applyLimit(ctx, endpoint, client?.clientId ?? ctx.ip);
  const rawBody = await readBodyOf(ctx);
  const parsed = parseInput(ctx, endpoint, rawBody);
  const input = createInput(ctx, { route, client, rawBody, ...parsed });
  return callAround(options.around ?? [], input, endpoint);
}

async function admitCaller(
  ctx: RouteContext,
  endpoint: Endpoint,
  options: RouterOptions,
): Promise<Caller | null> {
  if (endpoint.scope === null || !options.authenticate) return null;
  const client = await options.authenticate(ctx.headers.authorization);
  ctx.state.clientId = client.clientId;
  if (!client.scopes.includes(endpoint.scope)) throw insufficientScope(endpoint.scope);
  return client;
}

function applyLimit(ctx: RouteContext, endpoint: Endpoint, key: string): void {
  const allowance = endpoint.limit?.take(key);
  if (!allowance) return;
  ctx.set(rateLimitHeaders(allowance));
  if (!allowance.isAllowed) {
    const { retryAfterSeconds } = allowance;
    throw new AppError('rate_limited', `Try again in ${retryAfterSeconds} s`, { retryAfterSeconds });
  }
}

async function readBodyOf(ctx: RouteContext): Promise<Buffer> {
  if (ctx.method === 'GET' || ctx.method === 'HEAD') return Buffer.alloc(0);
  return readBody(ctx.req);
}

interface Parsed {
  params: unknown;
  query: unknown;
  body: unknown;
}

function parseInput(ctx: RouteContext, endpoint: Endpoint, rawBody: Buffer): Parsed {
  const params = endpoint.params?.safeParse(ctx.params);
  // A malformed id is an unknown one.
  if (params && !params.success) throw new AppError('not_found', 'There is nothing here');
  const issues: Issue[] = [];
  const query = endpoint.query?.safeParse({ ...ctx.query });
  if (query && !query.success) issues.push(...listQueryIssues(query.error));
  const body = parseBody(ctx, endpoint, rawBody);
  if (body && !body.success) issues.push(...listIssues(body.error));
  if (issues.length > 0) throw new AppError('invalid_request', summarize(issues), { details: issues });
  return { params: params?.data, query: query?.data, body: body?.data };
}

function parseBody(
  ctx: RouteContext,
  endpoint: Endpoint,
  rawBody: Buffer,
): z.ZodSafeParseResult<unknown> | null {
  if (endpoint.accepts === 'any' || ctx.method === 'GET' || ctx.method === 'HEAD') return null;
  if (!endpoint.body && rawBody.length === 0) return null;
  requireJson(ctx.headers['content-type'], rawBody.length === 0);
  const value = parseJson(rawBody);
  return endpoint.body?.safeParse(value) ?? null;
}

function listQueryIssues(error: z.ZodError): Issue[] {
  return error.issues.map((issue) => ({
    path: `query.${issue.path.map(String).join('.')}`,
    message: issue.message,
  }));
}

function summarize(issues: readonly Issue[]): string {
  return issues.length === 1 ? 'The request has a fault' : `The request has ${issues.length} faults`;
}

function createInput(
  ctx: RouteContext,
  parts: Parsed & { route: Route; client: Caller | null; rawBody: Buffer },
): AnyInput {
  const { route, client, ...rest } = parts;
  const { requestId } = ctx.state;
  let logger: AnyInput['logger'] | undefined;
  let signal: AbortSignal | undefined;
  return {
    ...rest,
    client,
    requestId,
    method: ctx.method,
    route: route.path,
    headers: ctx.headers,
    address: ctx.ip,
    // Made only when asked for: most handlers need neither.
    get logger() {
      logger ??= ctx.state.logger.child({
        requestId,
        route: `${route.method} ${route.path}`,
        ...(client ? { clientId: client.clientId } : {}),
      });
      return logger;
    },
    get signal() {
      signal ??= abortOnHangUp(ctx);
      return signal;
    },
  };
}

function abortOnHangUp(ctx: RouteContext): AbortSignal {
  const controller = new AbortController();
  ctx.res.once('close', () => {
    if (!ctx.res.writableFinished) controller.abort();
  });
  return controller.signal;
}

async function callAround(
  around: NonNullable<RouterOptions['around']>,
  input: AnyInput,
  endpoint: Endpoint,
): Promise<Reply> {
  const call = async (at: number): Promise<Reply> => {
    const layer = around[at];
    return layer ? layer(input, () => call(at + 1)) : endpoint.handle(input);
  };
  return call(0);
}
