import { scopes } from '@envase/contracts';
import { endpoint, type Route } from '@envase/http';
import { z } from 'zod';
import type { SigningKeys } from '../keys/signing-keys.ts';

// Half of what a new key waits before it signs.
const CACHE = { 'Cache-Control': 'public, max-age=300' };
const CLIENT_AUTHENTICATION = ['client_secret_basic', 'client_secret_post'];

const text = z.string();
const keySet = z.object({
  keys: z.array(z.object({ kty: text, use: text, alg: text, kid: text, n: text, e: text })),
});

/** `/.well-known/*`: where things are (RFC 8414) and the key set (RFC 7517). */
export function discoveryRoutes(deps: { issuer: string; keys: Pick<SigningKeys, 'jwks'> }): Route[] {
  const { issuer, keys } = deps;
  const metadata = {
    issuer,
    token_endpoint: `${issuer}/oauth2/token`,
    jwks_uri: `${issuer}/.well-known/jwks.json`,
    revocation_endpoint: `${issuer}/oauth2/revoke`,
    introspection_endpoint: `${issuer}/oauth2/introspect`,
    scopes_supported: scopes,
    grant_types_supported: ['client_credentials'],
    // Required by RFC 8414; empty because nothing is answered by redirects.
    response_types_supported: [],
    token_endpoint_auth_methods_supported: CLIENT_AUTHENTICATION,
    revocation_endpoint_auth_methods_supported: CLIENT_AUTHENTICATION,
    introspection_endpoint_auth_methods_supported: CLIENT_AUTHENTICATION,
  };
  return [
    {
      method: 'GET',
      path: '/.well-known/oauth-authorization-server',
      endpoint: endpoint({
        scope: null,
        operationId: 'getMetadata',
        summary: 'Read what this server offers (RFC 8414)',
        answers: { 200: z.record(z.string(), z.union([z.string(), z.array(z.string())])) },
        handle: () => ({ status: 200, body: metadata, headers: CACHE }),
      }),
    },
    {
      method: 'GET',
      path: '/.well-known/jwks.json',
      endpoint: endpoint({
        scope: null,
        operationId: 'getKeys',
        summary: 'Read the public keys that tokens are verified with (RFC 7517)',
        answers: { 200: keySet },
        handle: () => ({ status: 200, body: { keys: keys.jwks() }, headers: CACHE }),
      }),
    },
  ];
}
