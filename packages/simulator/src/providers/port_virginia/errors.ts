import type { RefusedStatus, WireAnswer } from '../provider.ts';

const messages: Record<RefusedStatus, string> = {
  400: 'The request is not valid',
  401: 'An API key is required',
  403: 'The API key is not valid',
  404: 'Not found',
  405: 'Method not allowed',
  429: 'Too many requests',
  500: 'An unexpected error occurred',
  503: 'The service is unavailable',
  504: 'The service did not answer in time',
};

/** The vendor publishes no form of its errors: this one is inferred. */
export function virginiaError(status: RefusedStatus, message: string = messages[status]): WireAnswer {
  return { status, body: { message } };
}
