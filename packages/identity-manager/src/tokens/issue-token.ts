import {
  type AccessTokenClaims,
  type Scope,
  type TokenAnswer,
  tokenAudience,
  tokenLifetimeSeconds,
} from '@envase/contracts';
import { type Clock, newUuid } from '@envase/runtime';
import jwt from 'jsonwebtoken';
import type { SigningKeys } from '../keys/signing-keys.ts';
import { OAuthError } from '../oauth-error.ts';
import type { StoredClient } from '../ports.ts';

const DEFAULT_SCOPE: Scope = 'connectdata/events';

/** A signed access token for a client (contract s1). Throws `invalid_scope` when more is asked for than the client has. */
export type IssueToken = (client: StoredClient, scope: string | undefined) => TokenAnswer;

export function createIssueToken(deps: {
  issuer: string;
  keys: Pick<SigningKeys, 'current'>;
  clock: Pick<Clock, 'now'>;
}): IssueToken {
  const { issuer, keys, clock } = deps;
  return (client, asked) => {
    const scope = chooseScopes(client, asked).join(' ');
    const iat = issueTime(client, clock.now());
    const claims: AccessTokenClaims = {
      iss: issuer,
      sub: client._id,
      aud: tokenAudience,
      client_id: client._id,
      scope,
      iat,
      exp: iat + tokenLifetimeSeconds,
      jti: newUuid(),
    };
    const { kid, privateKey } = keys.current();
    const header = { alg: 'RS256', typ: 'at+jwt', kid } as const;
    const token = jwt.sign(claims, privateKey, { algorithm: 'RS256', header });
    return { access_token: token, token_type: 'Bearer', expires_in: tokenLifetimeSeconds, scope };
  };
}

/** A token holds only what it was asked for (contract s10, row "/admin/clients"). */
function chooseScopes(client: StoredClient, asked: string | undefined): string[] {
  const scopes = [...new Set((asked ?? DEFAULT_SCOPE).split(' ').filter((one) => one !== ''))];
  const held: readonly string[] = client.scopes;
  if (scopes.length === 0 || scopes.some((scope) => !held.includes(scope))) {
    throw new OAuthError('invalid_scope', 'The client does not have the scope that was asked for');
  }
  return scopes;
}

/** Whole seconds, and never before `revokedBefore`: a token issued in the second of a revocation must outlive it. */
function issueTime(client: StoredClient, nowMs: number): number {
  const revokedBeforeMs = client.revokedBefore?.getTime() ?? 0;
  return Math.max(Math.floor(nowMs / 1000), Math.ceil(revokedBeforeMs / 1000));
}
