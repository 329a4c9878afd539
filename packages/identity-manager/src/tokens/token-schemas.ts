import { scopes, tokenLifetimeSeconds } from '@envase/contracts';
import { z } from 'zod';

/** The client, where it does not authenticate by the `Authorization` header (RFC 6749 s2.3.1). */
const client = { client_id: z.string().optional(), client_secret: z.string().optional() };

/** Form of `POST /oauth2/token` (contract s1), for the description. */
export const tokenForm = z
  .object({
    ...client,
    grant_type: z.literal('client_credentials'),
    scope: z
      .string()
      .default('connectdata/events')
      .meta({ description: `Some of ${scopes.join(', ')}` }),
  })
  .meta({ id: 'TokenRequest' });

/** Form of revocation and introspection (RFC 7009 s2.1, RFC 7662 s2.1). */
export const ownTokenForm = z.object({ ...client, token: z.string() }).meta({ id: 'OwnToken' });

/** An issued token (RFC 6749 s5.1). */
export const issuedToken = z
  .object({
    access_token: z.string(),
    token_type: z.literal('Bearer'),
    expires_in: z.literal(tokenLifetimeSeconds),
    scope: z.string(),
  })
  .meta({ id: 'Token' });

/** What a token says, where its client may know (RFC 7662 s2.2). */
export const introspection = z
  .union([
    z.object({ active: z.literal(false) }),
    z.object({
      active: z.literal(true),
      token_type: z.literal('Bearer'),
      iss: z.string(),
      sub: z.string(),
      aud: z.string(),
      client_id: z.string(),
      scope: z.string(),
      iat: z.int(),
      exp: z.int(),
      jti: z.string(),
    }),
  ])
  .meta({ id: 'Introspection' });
