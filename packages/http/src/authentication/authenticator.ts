import { hash } from 'node:crypto';
import type { Grant, Scope } from '@envase/contracts';
import { AppError, type Clock } from '@envase/runtime';
import { invalidToken, missingToken } from './challenges.ts';
import type { ClientDirectory, DirectoryClient } from './client-directory.ts';
import {
  createTokenVerifier,
  type JwksSource,
  LEEWAY_SECONDS,
  type VerifiedToken,
} from './token-verifier.ts';

/** Who calls: the grants are the client's own at this moment, the scopes what token and client both hold. */
export interface Caller {
  clientId: string;
  grants: readonly Grant[];
  scopes: readonly Scope[];
  /** The token's `jti`, for the audit. */
  tokenId?: string;
}

/** Takes the Authorization header. Throws `unauthorized` with a challenge, `unavailable` when it cannot know. */
export type Authenticator = (authorization: string | undefined) => Promise<Caller>;

export interface AuthenticatorOptions {
  issuer: string;
  audience: string;
  jwks: JwksSource;
  directory: ClientDirectory;
  clock: Pick<Clock, 'now'>;
  maxCachedTokens?: number;
}

interface Verified extends VerifiedToken {
  caller?: { of: DirectoryClient; value: Caller };
}

const TOKEN_HEADER = /^(?:bearer +)?(\S+)$/i;

/**
 * `Authorization: Bearer <token>`, or the bare token (contract s2). A signature is verified once per token and cached by the token's
 * SHA-256; revocations and the client are looked up each time (quality S2).
 */
export function createAuthenticator(options: AuthenticatorOptions): Authenticator {
  const { directory, clock, jwks, maxCachedTokens = 10_000 } = options;
  const verifier = createTokenVerifier(options);
  const cache = createCache(maxCachedTokens);

  const isAlive = (token: Verified) =>
    clock.now() < (token.claims.exp + LEEWAY_SECONDS) * 1000 && jwks.find(token.kid) === token.key;

  return async (authorization) => {
    if (authorization === undefined) throw missingToken();
    const token = TOKEN_HEADER.exec(authorization)?.[1];
    if (token === undefined) throw missingToken();
    if (!directory.isFresh()) {
      throw new AppError('unavailable', 'The copy of clients and revocations is too old');
    }
    const id = hash('sha256', token, 'base64url');
    let verified = cache.get(id);
    if (!verified || !isAlive(verified)) {
      verified = await verifier.verify(token);
      cache.set(id, verified);
    }
    const client = directory.find(verified.claims.client_id) ?? (await findNew(directory, verified));
    return judge(verified, client, directory);
  };
}

/** A client may be younger than the copy. Only verified tokens come here, so nobody else can cause loads. */
async function findNew(directory: ClientDirectory, token: Verified): Promise<DirectoryClient> {
  await directory.refresh();
  const client = directory.find(token.claims.client_id);
  if (!client) throw invalidToken();
  return client;
}

function judge(token: Verified, client: DirectoryClient, directory: ClientDirectory): Caller {
  const { claims } = token;
  const isTooOld = client.revokedBefore !== null && claims.iat * 1000 < client.revokedBefore.getTime();
  if (client.status !== 'active' || isTooOld || directory.isRevoked(claims.jti)) throw invalidToken();
  if (token.caller?.of === client) return token.caller.value;
  const asked = claims.scope.split(' ');
  const value: Caller = {
    clientId: client._id,
    grants: client.grants,
    scopes: client.scopes.filter((scope) => asked.includes(scope)),
    tokenId: claims.jti,
  };
  token.caller = { of: client, value };
  return value;
}

function createCache(maxTokens: number) {
  const tokens = new Map<string, Verified>();
  return {
    get(id: string): Verified | undefined {
      const found = tokens.get(id);
      if (!found) return undefined;
      // Moved to the end: the map stays in the order of use.
      tokens.delete(id);
      tokens.set(id, found);
      return found;
    },
    set(id: string, token: Verified): void {
      tokens.set(id, token);
      if (tokens.size <= maxTokens) return;
      const oldest = tokens.keys().next();
      if (!oldest.done) tokens.delete(oldest.value);
    },
  };
}
