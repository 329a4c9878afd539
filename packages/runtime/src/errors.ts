/** Every failure a caller can be told about; `http` maps each to one status. */
export type ErrorCode =
  | 'invalid_request'
  | 'unauthorized'
  | 'forbidden'
  | 'not_found'
  | 'method_not_allowed'
  | 'conflict'
  | 'payload_too_large'
  | 'unsupported_media_type'
  | 'idempotency_mismatch'
  | 'rate_limited'
  | 'unavailable'
  | 'internal'
  | 'cursor_expired';

/** One fault of an input: `path` is a JSON pointer, `message` is safe to show. */
export interface ErrorDetail {
  path: string;
  message: string;
}

export interface AppErrorOptions {
  cause?: unknown;
  details?: readonly ErrorDetail[];
  retryAfterSeconds?: number;
}

/** A failure with a code. `message` and `details` reach the caller, so they hold no secret; `cause` is only logged. */
export class AppError extends Error {
  readonly code: ErrorCode;
  readonly details?: readonly ErrorDetail[];
  readonly retryAfterSeconds?: number;

  constructor(code: ErrorCode, message: string, options: AppErrorOptions = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = 'AppError';
    this.code = code;
    if (options.details) this.details = options.details;
    if (options.retryAfterSeconds !== undefined) this.retryAfterSeconds = options.retryAfterSeconds;
  }
}

/** Turns whatever was thrown into an Error; an Error is returned as it is, anything else becomes its `cause`. */
export function asError(thrown: unknown): Error {
  if (thrown instanceof Error) return thrown;
  return new Error(typeof thrown === 'string' ? thrown : 'A value that is not an error was thrown', {
    cause: thrown,
  });
}
