import { utcSeconds } from '../../zone.ts';
import type { RefusedStatus, WireAnswer, WireRequest } from '../provider.ts';

/** Headers of every answer, errors included. */
export const versionHeaders = { 'API-Version': '2.2.0' };

const texts: Record<RefusedStatus, { reason: string; text: string; message: string }> = {
  400: { reason: 'invalidQuery', text: 'Bad Request', message: 'A query parameter is not valid.' },
  401: { reason: 'unauthorized', text: 'Unauthorized', message: 'The API key is missing or unknown.' },
  403: { reason: 'forbidden', text: 'Forbidden', message: 'The API key does not open this resource.' },
  404: { reason: 'notFound', text: 'Not Found', message: 'There is no such resource.' },
  405: { reason: 'methodNotAllowed', text: 'Method Not Allowed', message: 'The method is not allowed.' },
  429: { reason: 'tooManyRequests', text: 'Too Many Requests', message: 'Too many requests.' },
  500: { reason: 'internalError', text: 'Internal Server Error', message: 'An unexpected error.' },
  503: { reason: 'unavailable', text: 'Service Unavailable', message: 'The service is not available.' },
  504: { reason: 'timeout', text: 'Gateway Timeout', message: 'The service did not answer in time.' },
};

/** The error object of the standard. */
export function dcsaError(
  request: WireRequest,
  about: { status: RefusedStatus; at: number; message?: string | undefined },
): WireAnswer {
  const { reason, text, message } = texts[about.status];
  const body = {
    httpMethod: request.method,
    requestUri: `${request.url.origin}${request.url.pathname}`,
    errors: [{ reason, message: about.message ?? message }],
    statusCode: about.status,
    statusCodeText: text,
    errorDateTime: utcSeconds(about.at),
  };
  return { status: about.status, headers: versionHeaders, body };
}
