import { AppError } from '@envase/runtime';
import Router from '@koa/router';
import type { Middleware } from 'koa';
import type { Authenticator } from './authentication/authenticator.ts';
import type { AnyInput, Endpoint, Reply } from './endpoint.ts';
import { HeaderedError } from './error-answer.ts';
import { runRoute } from './run-route.ts';
import type { AppState } from './state.ts';

export type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';

/** One route as data: the matrix of tenants and OpenAPI are generated from the same list that serves. */
export interface Route {
  method: Method;
  /** Pattern such as `/api/webhooks/:id`; a literal path goes before a pattern that would match it. */
  path: string;
  endpoint: Endpoint;
}

/** Runs around every handler that has its parsed input: the place of idempotency keys and the audit. */
export type Around = (input: AnyInput, next: () => Promise<Reply>) => Promise<Reply>;

export interface RouterOptions {
  /** Needed as soon as one route has a scope. */
  authenticate?: Authenticator;
  /** The first is the outermost. */
  around?: readonly Around[];
  /** Hears every answer of a route, refusals too, before it is sent: what tests hold against the description. Must not throw. */
  onAnswer?: (route: Route, answer: Reply) => void;
}

export interface AppRouter {
  readonly routes: readonly Route[];
  readonly middleware: Middleware<AppState>;
}

/**
 * Serves a list of routes. Throws at once when a route has no scope (null is one), stands twice, or needs a client and there is no
 * authenticator. A known path with another method is 405 with `Allow`.
 */
export function createRouter(routes: readonly Route[], options: RouterOptions = {}): AppRouter {
  checkRoutes(routes, options);
  const router = new Router<AppState>();
  for (const route of routes) {
    router.register(route.path, [route.method], (ctx) => runRoute(ctx, route, options));
  }
  // The cast: the router itself adds what its type wants to find on the context.
  const serve = router.routes() as unknown as Middleware<AppState>;
  const middleware: Middleware<AppState> = async (ctx, next) => {
    await serve(ctx, async () => {
      const methods = router.match(ctx.path, ctx.method).path.flatMap((layer) => layer.methods);
      if (methods.length === 0) return next();
      const allow = [...new Set([...methods, 'OPTIONS'])].sort().join(', ');
      if (ctx.method !== 'OPTIONS') throw methodNotAllowed(allow);
      ctx.status = 204;
      ctx.set('Allow', allow);
    });
  };
  return { routes, middleware };
}

function methodNotAllowed(allow: string): AppError {
  return new HeaderedError('method_not_allowed', `This path answers ${allow}`, { headers: { Allow: allow } });
}

function checkRoutes(routes: readonly Route[], options: RouterOptions): void {
  const seen = new Set<string>();
  for (const { method, path, endpoint } of routes) {
    const name = `${method} ${path}`;
    if (endpoint.scope === undefined) throw new AppError('internal', `${name} has no scope`);
    if (endpoint.scope !== null && !options.authenticate) {
      throw new AppError('internal', `${name} needs a scope, but there is no authenticator`);
    }
    if (seen.has(name)) throw new AppError('internal', `${name} stands twice`);
    seen.add(name);
  }
}
