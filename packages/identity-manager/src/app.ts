import { tokenAudience } from '@envase/contracts';
import {
  type App,
  type AppRouter,
  type ClientDirectory,
  createApp,
  createAudit,
  createAuthenticator,
  createIdempotency,
  createRouter,
  createTokenVerifier,
  describeApi,
  documentRoute,
  type Route,
  type RouterOptions,
} from '@envase/http';
import type { Clock, KeyRing, Logger } from '@envase/runtime';
import { clientRoutes } from './clients/client.routes.ts';
import { createClients } from './clients/clients.ts';
import { discoveryRoutes } from './discovery/discovery.routes.ts';
import { apiInfo } from './docs/api-info.ts';
import type { SigningKeys } from './keys/signing-keys.ts';
import type { IdentityStores } from './ports.ts';
import { createAuthenticateClient } from './tokens/authenticate-client.ts';
import { createIssueToken } from './tokens/issue-token.ts';
import { tokenRoutes } from './tokens/token.routes.ts';
import { createTokenLimits, type TokenLimitRules } from './tokens/token-limits.ts';

export interface IdentityAppDeps {
  issuer: string;
  pepper: string;
  stores: Omit<IdentityStores, 'signingKeys'>;
  keys: SigningKeys;
  /** Seals the answers that an Idempotency-Key keeps. */
  ring: KeyRing;
  directory: ClientDirectory;
  clock: Clock;
  logger: Logger;
  limits: TokenLimitRules;
  /** Hears every answer of a route before it is sent. */
  onAnswer?: RouterOptions['onAnswer'];
  maxInFlight?: number;
  trustedProxies?: number;
}

/** The routes of the Identity Manager, as data. */
export function createIdentityRoutes(deps: IdentityAppDeps): Route[] {
  const { issuer, pepper, stores, keys, clock } = deps;
  const { clients, revocations } = stores;
  const routes: Route[] = [
    ...tokenRoutes({
      authenticateClient: createAuthenticateClient({ clients, pepper }),
      issueToken: createIssueToken({ issuer, keys, clock }),
      limits: createTokenLimits(deps.limits, clock),
      verifier: createTokenVerifier({ issuer, audience: tokenAudience, jwks: keys.source, clock }),
      clients,
      revocations,
      clock,
    }),
    ...discoveryRoutes({ issuer, keys }),
    ...clientRoutes(createClients({ store: clients, pepper, clock })),
    documentRoute('/openapi.json', {
      operationId: 'getOpenApi',
      summary: 'Read this document',
      make: () => describeApi(routes, apiInfo),
    }),
  ];
  return routes;
}

/**
 * The routes with what runs around them: an audit row in the chain of the platform for each mutating call, and answers kept by
 * `Idempotency-Key` (contract s2, quality S10). Issuing a token and looking into one change nothing.
 */
function createIdentityRouter(deps: IdentityAppDeps): AppRouter {
  const { issuer, keys, directory, stores, ring, clock, onAnswer } = deps;
  const authenticate = createAuthenticator({
    issuer,
    audience: tokenAudience,
    jwks: keys.source,
    directory,
    clock,
  });
  const exempt = ['/oauth2/token', '/oauth2/introspect'];
  return createRouter(createIdentityRoutes(deps), {
    ...(onAnswer ? { onAnswer } : {}),
    authenticate,
    around: [
      createAudit({ store: stores.audit, clock, orgOf: () => null, exempt }),
      createIdempotency({ store: stores.idempotency, ring, clock }),
    ],
  });
}

/** The Identity Manager without its sockets. */
export function createIdentityApp(deps: IdentityAppDeps): App {
  const { clock, logger, maxInFlight, trustedProxies } = deps;
  return createApp({
    logger,
    clock,
    routers: [createIdentityRouter(deps)],
    ...(maxInFlight === undefined ? {} : { maxInFlight }),
    ...(trustedProxies === undefined ? {} : { trustedProxies }),
  });
}
