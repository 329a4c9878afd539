import type { IncomingHttpHeaders } from 'node:http';
import type { TraceErrorCode } from '@envase/contracts';
import { ReadError, RequestError, TimeoutError } from 'got';
import { ProviderError } from '../provider.ts';

/** Alerts by which a TLS server refuses the client's certificate, and faults of certificate, key or header themselves. */
const refusedLogin =
  /ALERT_.*(CERTIFICATE|UNKNOWN_CA|ACCESS_DENIED|HANDSHAKE_FAILURE)|PEM|KEY_VALUES_MISMATCH|ASN1|INVALID_(HTTP_TOKEN|CHAR)/i;

/** What an exchange without an answer means. The cause keeps name and code only: the original holds headers and URL. */
export function failureOfError(
  error: unknown,
  { what, timedOut }: { what: string; timedOut: boolean },
): ProviderError {
  const known = providerErrorIn(error);
  if (known) return known;
  const cause = withoutDetails(error);
  if (timedOut || error instanceof TimeoutError) {
    return new ProviderError('provider_timeout', `The provider did not answer ${what} in time`, { cause });
  }
  if (error instanceof ReadError) {
    return new ProviderError('provider_answer', `The answer to ${what} broke off`, { cause });
  }
  if (refusedLogin.test(codeOf(error))) {
    return new ProviderError('login_failed', 'The login was refused or cannot be sent', { cause });
  }
  return new ProviderError('provider_unavailable', `The provider could not be reached for ${what}`, {
    cause,
  });
}

/** What a status outside 200–299 means. */
export function failureOfStatus(
  status: number,
  answer: {
    what: string;
    headers: IncomingHttpHeaders;
    waitAfterStatusMs?: Readonly<Record<number, number>> | undefined;
    codes?: Readonly<Record<number, TraceErrorCode>> | undefined;
  },
): ProviderError {
  const message = `The provider answered ${status} to ${answer.what}`;
  const told = readRetryAfter(answer.headers['retry-after'], Date.now());
  const retryAfterMs = told ?? answer.waitAfterStatusMs?.[status] ?? null;
  const code = answer.codes?.[status] ?? codeOfStatus(status);
  const isWait = code === 'rate_limited' || code === 'provider_unavailable';
  return new ProviderError(code, message, { retryAfterMs: isWait ? retryAfterMs : null });
}

/** The usual meaning of a status, also where a provider writes it into a body. */
export function codeOfStatus(status: number): TraceErrorCode {
  if (status === 401 || status === 403) return 'login_failed';
  if (status === 429) return 'rate_limited';
  return status === 408 || status >= 500 ? 'provider_unavailable' : 'provider_answer';
}

/** Milliseconds from `Retry-After`, seconds or an HTTP date (RFC 9110 s10.2.3); null without a usable one. */
function readRetryAfter(value: string | undefined, nowMs: number): number | null {
  const text = value?.trim();
  if (!text) return null;
  if (/^\d{1,9}$/.test(text)) return Number(text) * 1_000;
  if (/^[-+.\d]/.test(text)) return null;
  const at = Date.parse(text);
  return Number.isNaN(at) ? null : Math.max(0, at - nowMs);
}

/** `spend` and the size cap throw their own; got wraps what a hook throws. */
function providerErrorIn(error: unknown): ProviderError | null {
  if (error instanceof ProviderError) return error;
  if (error instanceof Error && error.cause instanceof ProviderError) return error.cause;
  return null;
}

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : '';
}

function withoutDetails(error: unknown): Error {
  const name = error instanceof RequestError || error instanceof Error ? error.name : 'unknown';
  return new Error(`${name} ${codeOf(error)}`.trim());
}
