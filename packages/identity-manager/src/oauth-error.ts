import { errorBody } from '@envase/contracts';
import type { Reply } from '@envase/http';
import { AppError } from '@envase/runtime';
import { z } from 'zod';

/** RFC 6749 s5.2, and what contract s10 adds for limits. */
export type OAuthErrorCode =
  | 'invalid_request'
  | 'invalid_client'
  | 'invalid_scope'
  | 'unsupported_grant_type'
  | 'temporarily_unavailable';

const statuses: Record<OAuthErrorCode, number> = {
  invalid_request: 400,
  invalid_client: 401,
  invalid_scope: 400,
  unsupported_grant_type: 400,
  temporarily_unavailable: 429,
};

const oauthBody = z
  .object({ error: z.enum(Object.keys(statuses)), error_description: z.string() })
  .meta({ id: 'OAuthError' });

/** What the OAuth endpoints refuse with, for the description; a body that cannot be read is refused as everywhere. */
export const oauthRefusals = {
  400: z.union([oauthBody, errorBody]),
  401: oauthBody,
  429: oauthBody,
  503: z.union([oauthBody, errorBody]),
} as const;

/** A refusal of an OAuth endpoint; `description` holds nothing of the request. */
export class OAuthError extends Error {
  readonly code: OAuthErrorCode;
  readonly headers: Readonly<Record<string, string>>;

  constructor(code: OAuthErrorCode, description: string, headers: Record<string, string> = {}) {
    super(description);
    this.name = 'OAuthError';
    this.code = code;
    this.headers = headers;
  }
}

/** The same answer for an unknown client, a wrong secret and a disabled client (contract s1). */
export function invalidClient(): OAuthError {
  return new OAuthError('invalid_client', 'The client or its secret is not known', {
    'WWW-Authenticate': 'Basic realm="envase"',
  });
}

type Headers = Record<string, string>;

/**
 * Runs a handler; its refusals are answered as RFC 6749 s5.2 has them. `headers` go on every answer, whatever the handler has put
 * in by then.
 */
export async function answerOAuth(handle: (headers: Headers) => Promise<Reply>): Promise<Reply> {
  const headers: Headers = { 'Cache-Control': 'no-store', Pragma: 'no-cache' };
  try {
    const reply = await handle(headers);
    return { ...reply, headers: { ...headers, ...reply.headers } };
  } catch (error) {
    const refusal = present(error);
    if (refusal === null) throw error;
    return { ...refusal, headers: { ...headers, ...refusal.headers } };
  }
}

function present(error: unknown): Reply | null {
  if (error instanceof OAuthError) {
    const body = { error: error.code, error_description: error.message };
    return { status: statuses[error.code], body, headers: error.headers };
  }
  if (!(error instanceof AppError) || error.code !== 'unavailable') return null;
  const body = { error: 'temporarily_unavailable', error_description: 'Try again in a moment' };
  return { status: 503, body, headers: { 'Retry-After': String(error.retryAfterSeconds ?? 1) } };
}
