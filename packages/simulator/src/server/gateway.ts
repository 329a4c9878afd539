import { once } from 'node:events';
import { TLSSocket } from 'node:tls';
import type { Context, Middleware } from 'koa';
import type { Route, WireAnswer, WireProvider, WireRequest } from '../providers/provider.ts';
import type { FaultKind } from '../world/faults.ts';
import type { World } from '../world/world.ts';
import { matchesPath } from './match-path.ts';
import { readBody } from './read-body.ts';
import type { Outcome } from './strike.ts';
import { strike } from './strike.ts';

/** How long the fault `slow` holds an answer back, in real time. */
export const slowMs = 3_000;

interface Served {
  provider: WireProvider;
  routes: readonly Route[];
}

function below(basePath: string, path: string): string | null {
  if (path === basePath) return '/';
  return path.startsWith(`${basePath}/`) ? path.slice(basePath.length) : null;
}

function send(ctx: Context, { status, headers, body }: WireAnswer): void {
  ctx.status = status;
  for (const [name, value] of Object.entries(headers ?? {})) ctx.set(name, value);
  if (typeof body !== 'string') ctx.type = 'application/json';
  ctx.body = typeof body === 'string' ? body : JSON.stringify(body);
}

// The length promises more than is sent, then the connection is gone.
function sendCut(ctx: Context, { status, headers, body }: WireAnswer): void {
  const bytes = Buffer.from(typeof body === 'string' ? body : JSON.stringify(body));
  ctx.respond = false;
  ctx.res.writeHead(status, {
    'content-type': 'application/json',
    ...headers,
    'content-length': bytes.length,
  });
  ctx.res.write(bytes.subarray(0, Math.floor(bytes.length / 2)), () => ctx.res.destroy());
}

async function conclude(ctx: Context, outcome: Outcome): Promise<void> {
  if (outcome === 'hang') {
    ctx.respond = false;
    if (!ctx.res.closed) await once(ctx.res, 'close');
  } else if (outcome === 'reset') {
    ctx.respond = false;
    ctx.res.destroy();
  } else if (outcome.cut) sendCut(ctx, outcome.answer);
  else send(ctx, outcome.answer);
}

function isStranger(ctx: Context): boolean {
  const { socket } = ctx.req;
  return socket instanceof TLSSocket && !socket.authorized;
}

function createAnswerer(world: World, { provider, routes }: Served) {
  return function answer(route: Route | undefined, request: WireRequest): WireAnswer {
    const at = world.now();
    if (!route) {
      const otherMethod = routes.some(({ path }) => matchesPath(path, request.path));
      return provider.refuse(otherMethod ? 405 : 404, request, at);
    }
    const limited = provider.limits !== null && world.enforced.has(provider.id) && route.answers === 'data';
    if (
      limited &&
      provider.limits &&
      !world.limiter.admits(`${provider.id}/${route.operation}`, provider.limits)
    )
      return provider.refuse(429, request, at);
    return route.handle(request);
  };
}

async function requestOf(ctx: Context, path: string): Promise<WireRequest> {
  const { method, headers } = ctx;
  return { method, path, url: new URL(ctx.href), headers, body: await readBody(ctx.req) };
}

const denied: Outcome = {
  answer: { status: 403, headers: { 'content-type': 'text/plain' }, body: 'Access Denied' },
  cut: false,
};

// A certificate is refused in words, an address without.
function turnedAway(ctx: Context): Outcome {
  return isStranger(ctx) ? denied : 'reset';
}

interface Call {
  request: WireRequest;
  route: Route | undefined;
  at: number;
}

function strikingFaults(world: World, provider: WireProvider, route: Route | undefined): FaultKind[] {
  if (!route) return [];
  const target = { providerId: provider.id, operation: route.operation, isData: route.answers === 'data' };
  return world.faults.striking(target).map(({ kind }) => kind);
}

function createRecorder(world: World, provider: WireProvider, log: (line: string) => void) {
  return function record({ request, route, at }: Call, faults: FaultKind[], outcome: Outcome): void {
    const { method, path } = request;
    const status = typeof outcome === 'string' ? null : outcome.answer.status;
    world.requests.add({
      at: new Date(at).toISOString(),
      providerId: provider.id,
      method,
      path,
      operation: route?.operation ?? null,
      boxes: route?.boxes(request) ?? [],
      status,
      faults,
    });
    const struck = faults.length > 0 ? ` (${faults.join(', ')})` : '';
    log(`${provider.id} ${method} ${path} ${status ?? 'no answer'}${struck}`);
  };
}

/** Serves one provider below its base path: faults, limits, routes, and a line in the request log. */
export function createGateway(world: World, provider: WireProvider, log: (line: string) => void): Middleware {
  const routes = provider.createRoutes(world);
  const answer = createAnswerer(world, { provider, routes });
  const record = createRecorder(world, provider, log);
  const isTurnedAway = (ctx: Context, request: WireRequest, route: Route | undefined) =>
    (isStranger(ctx) && route?.answers !== 'liveness') || provider.turnsAway?.(world, request) === true;
  return async function gateway(ctx, next) {
    const path = below(provider.basePath, ctx.path);
    if (path === null) return next();
    const at = world.now();
    const request = await requestOf(ctx, path);
    const route = routes.find((one) => matchesPath(one.path, path) && one.method === ctx.method);
    const faults = strikingFaults(world, provider, route);
    if (faults.includes('slow')) await world.delay(slowMs);
    const outcome = isTurnedAway(ctx, request, route)
      ? turnedAway(ctx)
      : strike({ provider, request, at }, faults, () => answer(route, request));
    record({ request, route, at }, faults, outcome);
    await conclude(ctx, outcome);
  };
}
