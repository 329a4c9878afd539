import {
  type AppRouter,
  type Authenticator,
  createAudit,
  createIdempotency,
  createRouter,
  type RouterOptions,
} from '@envase/http';
import { createKeyRing } from '@envase/runtime';
import { createRoutes, type RouteDeps } from './routes.ts';

/**
 * Every route with what runs around it: an audit row for each mutating call, and answers kept by `Idempotency-Key`
 * (contract s2, quality S10). A publish is its own record and holds its own key; providers' notices are no client's call.
 */
export function createApiRouter(
  deps: Omit<RouteDeps, 'authenticate'>,
  authenticate: Authenticator,
  options: Pick<RouterOptions, 'onAnswer'> = {},
): AppRouter {
  const { db, clock, config } = deps;
  const { audit, idempotency } = db.repositories;
  const routes = createRoutes({ ...deps, authenticate });
  const keyless = ['/api/events'];
  const unaudited = routes.filter(({ endpoint }) => endpoint.scope === null).map(({ path }) => path);
  return createRouter(routes, {
    ...options,
    authenticate,
    around: [
      createAudit({ store: audit, clock, exempt: [...keyless, ...unaudited] }),
      createIdempotency({ store: idempotency, ring: createKeyRing(config.KEY_RING), clock, exempt: keyless }),
    ],
  });
}
