import type { RefusedStatus, WireAnswer } from '../provider.ts';

const texts: Record<RefusedStatus, string> = {
  400: 'Bad Request',
  401: 'Unauthorized',
  403: 'Forbidden',
  404: 'Not Found',
  405: 'Method Not Allowed',
  429: 'Too Many Requests',
  500: 'Internal Server Error',
  503: 'Service Unavailable',
  504: 'Gateway Timeout',
};

/** The vendor calls it ApiError; its members are not public, these are inferred. */
export function apiError(status: RefusedStatus, message: string = texts[status]): WireAnswer {
  return { status, body: { errorCode: String(status), errorType: texts[status], errorMessage: message } };
}
