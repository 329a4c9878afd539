import type { ErrorBody } from '@envase/contracts';

/** A request that Envase Trace refused, with its own words: `code`, `details[]` and the `requestId` to quote. */
export class EnvaseError extends Error {
  readonly status: number;
  readonly code: string;
  readonly details: NonNullable<ErrorBody['details']>;
  readonly requestId: string | null;

  constructor(status: number, body: Partial<ErrorBody>) {
    super(`${body.code ?? status}: ${body.message ?? 'the request failed'}`);
    this.name = 'EnvaseError';
    this.status = status;
    this.code = body.code ?? 'unknown';
    this.details = body.details ?? [];
    this.requestId = body.requestId ?? null;
  }
}
