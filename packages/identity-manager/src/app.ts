import { tokenAudience } from '@envase/contracts';
import {
  type App,
  type Around,
  type ClientDirectory,
  createApp,
  createAuthenticator,
  createRouter,
  createTokenVerifier,
  type Route,
} from '@envase/http';
import type { Clock, Logger } from '@envase/runtime';
import { clientRoutes } from './clients/client.routes.ts';
import { createClients } from './clients/clients.ts';
import { discoveryRoutes } from './discovery/discovery.routes.ts';
import type { SigningKeys } from './keys/signing-keys.ts';
import type { IdentityStores } from './ports.ts';
import { createAuthenticateClient } from './tokens/authenticate-client.ts';
import { createIssueToken } from './tokens/issue-token.ts';
import { tokenRoutes } from './tokens/token.routes.ts';
import { createTokenLimits, type TokenLimitRules } from './tokens/token-limits.ts';

export interface IdentityAppDeps {
  issuer: string;
  pepper: string;
  stores: Pick<IdentityStores, 'clients' | 'revocations'>;
  keys: SigningKeys;
  directory: ClientDirectory;
  clock: Clock;
  logger: Logger;
  limits: TokenLimitRules;
  /** Wraps every handler: the audit, idempotency keys. */
  around?: readonly Around[];
  maxInFlight?: number;
  trustedProxies?: number;
}

/** The routes of the Identity Manager, as data. */
export function createIdentityRoutes(deps: IdentityAppDeps): Route[] {
  const { issuer, pepper, stores, keys, clock } = deps;
  const { clients, revocations } = stores;
  return [
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
  ];
}

/** The Identity Manager without its sockets. */
export function createIdentityApp(deps: IdentityAppDeps): App {
  const { issuer, keys, directory, clock, logger, around = [], maxInFlight, trustedProxies } = deps;
  const authenticate = createAuthenticator({
    issuer,
    audience: tokenAudience,
    jwks: keys.source,
    directory,
    clock,
  });
  return createApp({
    logger,
    clock,
    routers: [createRouter(createIdentityRoutes(deps), { authenticate, around })],
    ...(maxInFlight === undefined ? {} : { maxInFlight }),
    ...(trustedProxies === undefined ? {} : { trustedProxies }),
  });
}
