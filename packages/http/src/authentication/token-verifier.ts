import type { KeyObject } from 'node:crypto';
import type { AccessTokenClaims } from '@envase/contracts';
import { AppError, type Clock } from '@envase/runtime';
import jwt from 'jsonwebtoken';
import { invalidToken } from './challenges.ts';

/** Public keys by `kid`, kept in memory. */
export interface JwksSource {
  find(kid: string): KeyObject | undefined;
  /** Asks for the keys again; does nothing when that was done a moment ago. Never throws. */
  refresh(): Promise<void>;
  /** False until keys were there once. */
  isReady(): boolean;
}

export interface VerifiedToken {
  claims: AccessTokenClaims;
  kid: string;
  key: KeyObject;
}

/** Throws `unauthorized` (`invalid_token`) for any token that is not ours and alive, `unavailable` without keys. */
export interface TokenVerifier {
  verify(token: string): Promise<VerifiedToken>;
}

/** Seconds that clocks may differ (quality S2). */
export const LEEWAY_SECONDS = 30;
const MAX_TOKEN_CHARS = 8 * 1024;
const MAX_KID_CHARS = 200;
const COMPACT_JWS = /^([\w-]+)\.[\w-]+\.([\w-]+)$/;
const TYPES = new Set(['at+jwt', 'application/at+jwt']);

/**
 * Verifies access tokens (RFC 9068): RS256 only, `typ` at+jwt, key by `kid`, `iss aud exp nbf iat` with 30 s of leeway.
 * Keys named in the token (`jku`, `x5u`, `jwk`) are never looked at.
 */
export function createTokenVerifier(options: {
  issuer: string;
  audience: string;
  jwks: JwksSource;
  clock: Pick<Clock, 'now'>;
}): TokenVerifier {
  const { issuer, audience, jwks, clock } = options;
  return {
    async verify(token) {
      const kid = readKid(token);
      const key = jwks.find(kid) ?? (await lookAgain(jwks, kid));
      const nowSeconds = Math.floor(clock.now() / 1000);
      const claims = verifySignature({ token, key, issuer, audience, nowSeconds });
      if (!isAccessToken(claims, { audience, nowSeconds })) throw invalidToken();
      return { claims, kid, key };
    },
  };
}

function readKid(token: string): string {
  const parts = token.length > MAX_TOKEN_CHARS ? null : COMPACT_JWS.exec(token);
  const [, head, signature] = parts ?? [];
  if (!head || !signature || !isCanonical(signature)) throw invalidToken();
  const header = parseHeader(head);
  const { alg, typ, kid } = header;
  const isKnownType = typeof typ === 'string' && TYPES.has(typ.toLowerCase());
  // RFC 7515 s4.1.11: what `crit` names must be understood, and nothing is.
  if (alg !== 'RS256' || !isKnownType || 'crit' in header) throw invalidToken();
  if (typeof kid !== 'string' || kid === '' || kid.length > MAX_KID_CHARS) throw invalidToken();
  return kid;
}

// Spare bits at the end would give one token several spellings.
function isCanonical(signature: string): boolean {
  return Buffer.from(signature, 'base64url').toString('base64url') === signature;
}

function parseHeader(head: string): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(Buffer.from(head, 'base64url').toString('utf8'));
    if (typeof value === 'object' && value !== null) return { ...value };
  } catch (cause) {
    throw invalidToken(cause);
  }
  throw invalidToken();
}

async function lookAgain(jwks: JwksSource, kid: string): Promise<KeyObject> {
  await jwks.refresh();
  if (!jwks.isReady()) throw new AppError('unavailable', 'There are no keys to verify tokens with');
  const key = jwks.find(kid);
  if (!key) throw invalidToken();
  return key;
}

function verifySignature(options: {
  token: string;
  key: KeyObject;
  issuer: string;
  audience: string;
  nowSeconds: number;
}): unknown {
  const { token, key, issuer, audience, nowSeconds } = options;
  try {
    return jwt.verify(token, key, {
      algorithms: ['RS256'],
      issuer,
      audience,
      clockTolerance: LEEWAY_SECONDS,
      clockTimestamp: nowSeconds,
    });
  } catch (cause) {
    throw invalidToken(cause);
  }
}

function isAccessToken(
  value: unknown,
  expected: { audience: string; nowSeconds: number },
): value is AccessTokenClaims {
  if (typeof value !== 'object' || value === null) return false;
  const claims: Record<string, unknown> = { ...value };
  const { sub, aud, client_id, scope, iat, exp, jti } = claims;
  const areTexts = [sub, client_id, jti].every((one) => typeof one === 'string' && one !== '');
  return (
    areTexts &&
    typeof scope === 'string' &&
    sub === client_id &&
    // jsonwebtoken also takes a list that holds the audience; ours is always for one.
    aud === expected.audience &&
    // jsonwebtoken lets a missing exp pass, and JSON can write infinity (1e400).
    Number.isSafeInteger(exp) &&
    typeof iat === 'number' &&
    Number.isSafeInteger(iat) &&
    iat <= expected.nowSeconds + LEEWAY_SECONDS
  );
}
