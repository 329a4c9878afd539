import type { ErrorBody } from '@envase/contracts';
import { AppError, type AppErrorOptions, type ErrorCode } from '@envase/runtime';

/** Contract s2. A code without a status does not compile. */
const statuses: Record<ErrorCode, number> = {
  invalid_request: 400,
  unauthorized: 401,
  forbidden: 403,
  not_found: 404,
  method_not_allowed: 405,
  conflict: 409,
  cursor_expired: 410,
  payload_too_large: 413,
  unsupported_media_type: 415,
  idempotency_mismatch: 422,
  rate_limited: 429,
  internal: 500,
  unavailable: 503,
};

/** The codes that a status is answered with. */
export function codesOf(status: number): string[] {
  return Object.entries(statuses).flatMap(([code, its]) => (its === status ? [code] : []));
}

// 5xx says nothing but its request id (contract s2).
const withheld: Partial<Record<ErrorCode, string>> = {
  internal: 'Something went wrong on our side',
  unavailable: 'The service cannot answer at the moment: try again later',
};
const MAX_DETAILS = 100;

/** An error that also sets headers: `Allow` of a 405, `WWW-Authenticate` of a 401 or 403. */
export class HeaderedError extends AppError {
  readonly headers: Readonly<Record<string, string>>;

  constructor(
    code: ErrorCode,
    message: string,
    options: AppErrorOptions & { headers: Record<string, string> },
  ) {
    super(code, message, options);
    this.name = 'HeaderedError';
    this.headers = options.headers;
  }
}

export interface ErrorAnswer {
  status: number;
  headers: Readonly<Record<string, string>>;
  body: ErrorBody;
}

/** The answer to whatever was thrown (contract s2): what is not an AppError is `internal`. */
export function presentError(error: unknown, requestId: string): ErrorAnswer {
  const known = error instanceof AppError ? error : new AppError('internal', '', { cause: error });
  const body: ErrorBody = {
    code: known.code,
    message: withheld[known.code] ?? known.message,
    ...(known.details?.length ? { details: known.details.slice(0, MAX_DETAILS) } : {}),
    requestId,
  };
  return { status: statuses[known.code], headers: headersOf(known), body };
}

function headersOf(error: AppError): Record<string, string> {
  const headers = error instanceof HeaderedError ? { ...error.headers } : {};
  if (error.code === 'rate_limited' || error.code === 'unavailable') {
    headers['Retry-After'] = String(Math.max(1, Math.ceil(error.retryAfterSeconds ?? 1)));
  }
  return headers;
}
