import type { ErrorBody } from '@envase/contracts';

/** A request that Envase Trace refused, with its own words: `code`, `details[]` and the `requestId` to quote. */
export class EnvaseError extends Error {
  readonly status: number;
  readonly code: string;
  readonly details: NonNullable<ErrorBody['details']>;
  readonly requestId: string | null;
  /** What `Retry-After` asked for; null where nothing was asked. */
  readonly retryAfterMs: number | null;

  constructor(status: number, body: Partial<ErrorBody>, retryAfterMs: number | null = null) {
    super(`${body.code ?? status}: ${body.message ?? 'the request failed'}`);
    this.name = 'EnvaseError';
    this.status = status;
    this.code = body.code ?? 'unknown';
    this.details = body.details ?? [];
    this.requestId = body.requestId ?? null;
    this.retryAfterMs = retryAfterMs;
  }

  /** Whether the same request may well succeed later: 429 and 503. */
  get isPassing(): boolean {
    return this.status === 429 || this.status === 503;
  }
}

/** Both kinds of error bodies: of Connect Data (contract s2) and of the token endpoint (RFC 6749 s5.2). */
type AnyErrorBody = Partial<ErrorBody> & { error?: string; error_description?: string };

/** What a refusal says; a body that is not ours (a proxy's page) leaves the status to speak. Reads the body. */
export async function errorOf(response: Response): Promise<EnvaseError> {
  const { error, error_description: description, ...body } = parseBody(await response.text());
  const words = error === undefined ? body : { code: error, message: description ?? 'no token was issued' };
  return new EnvaseError(response.status, words, readRetryAfter(response.headers.get('retry-after')));
}

function parseBody(text: string): AnyErrorBody {
  try {
    const body: unknown = JSON.parse(text);
    // Read field by field; a field of another type than documented shows as it is.
    return typeof body === 'object' && body !== null ? (body as AnyErrorBody) : {};
  } catch (error) {
    if (error instanceof SyntaxError) return {};
    throw error;
  }
}

function readRetryAfter(header: string | null): number | null {
  if (header === null) return null;
  const ms = /^\d+$/.test(header.trim()) ? Number(header) * 1000 : Date.parse(header) - Date.now();
  return Number.isFinite(ms) ? Math.max(0, ms) : null;
}
