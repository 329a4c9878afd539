import type { AccessTokenClaims } from '@envase/contracts';
import type { TokenVerifier } from '@envase/http';
import { AppError } from '@envase/runtime';
import type { RevocationStore, StoredClient, StoredRevocation } from '../ports.ts';

/** The claims of a token that is ours and has not expired, else null. */
export async function readOwnToken(
  verifier: TokenVerifier,
  token: string,
): Promise<AccessTokenClaims | null> {
  try {
    return (await verifier.verify(token)).claims;
  } catch (error) {
    if (error instanceof AppError && error.code === 'unauthorized') return null;
    throw error;
  }
}

/** A client sees and revokes its own tokens; an operator's client those of everybody. */
export function mayHandle(client: StoredClient, claims: AccessTokenClaims): boolean {
  return claims.client_id === client._id || client.scopes.includes('connectdata/admin');
}

// Resource servers take a token up to 30 s after its end (quality S2).
const KEEP_AFTER_END_MS = 60_000;

export function toRevocation(claims: AccessTokenClaims, nowMs: number): StoredRevocation {
  return {
    _id: claims.jti,
    clientId: claims.client_id,
    revokedAt: new Date(nowMs),
    expiresAt: new Date(claims.exp * 1000 + KEEP_AFTER_END_MS),
  };
}

/** Whether a resource server would take it, judged by the record and not by a copy. */
export async function isActive(
  claims: AccessTokenClaims,
  client: StoredClient | null,
  revocations: Pick<RevocationStore, 'has'>,
): Promise<boolean> {
  if (client?.status !== 'active') return false;
  if (client.revokedBefore !== null && claims.iat * 1000 < client.revokedBefore.getTime()) return false;
  return !(await revocations.has(claims.jti));
}
