import type { Issue } from '@envase/contracts';

/** What a refusal says of itself (contract s2). */
interface Refusal {
  code?: string | undefined;
  message?: string | undefined;
  details?: Issue[] | undefined;
  requestId?: string | undefined;
}

// Busy, or a proxy that has nobody behind it for the moment.
const passingStatuses = [429, 502, 503, 504];

/** A request that Envase Trace refused, with its own words: `code`, `details[]` and the `requestId` to quote. */
export class EnvaseError extends Error {
  readonly status: number;
  readonly code: string;
  /** `path` is a JSON Pointer into the body, or `query.<name>`, `header.<name>`. */
  readonly details: readonly Issue[];
  readonly requestId: string | null;
  /** What `Retry-After` asked for; null where nothing was asked. */
  readonly retryAfterMs: number | null;

  constructor(status: number, refusal: Refusal, retryAfterMs: number | null = null) {
    super(`${refusal.code ?? status}: ${refusal.message ?? 'the request failed'}`);
    this.name = 'EnvaseError';
    this.status = status;
    this.code = refusal.code ?? 'unknown';
    this.details = refusal.details ?? [];
    this.requestId = refusal.requestId ?? null;
    this.retryAfterMs = retryAfterMs;
  }

  /** Whether the same request may well succeed later: 429 and 503, and what proxies say instead (502, 504). */
  get isPassing(): boolean {
    return passingStatuses.includes(this.status);
  }
}

/** Both kinds of error bodies: of Connect Data (contract s2) and of the token endpoint (RFC 6749 s5.2). */
type AnyErrorBody = Refusal & { error?: string; error_description?: string };

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
