import type { AppError } from '@envase/runtime';
import { HeaderedError } from '../error-answer.ts';

/** 401 without an error code: the request names no token (RFC 6750 s3.1). */
export function missingToken(): AppError {
  return challenge('unauthorized', 'Send a token: Authorization: Bearer <token>', 'Bearer');
}

/** 401 for a token that is malformed, forged, expired or revoked; which of them is not told. */
export function invalidToken(cause?: unknown): AppError {
  return challenge('unauthorized', 'The token is not valid', 'Bearer error="invalid_token"', cause);
}

/** 403 for a good token that lacks the scope. */
export function insufficientScope(scope: string): AppError {
  const header = `Bearer error="insufficient_scope", scope="${scope}"`;
  return challenge('forbidden', `This needs a token with the scope ${scope}`, header);
}

function challenge(
  code: 'unauthorized' | 'forbidden',
  message: string,
  header: string,
  cause?: unknown,
): AppError {
  return new HeaderedError(code, message, {
    headers: { 'WWW-Authenticate': header },
    ...(cause === undefined ? {} : { cause }),
  });
}
