import type { RefusedStatus, WireAnswer } from '../provider.ts';

const messages: Record<Exclude<RefusedStatus, 403>, string> = {
  400: 'The request is invalid.',
  401: 'Authorization has been denied for this request.',
  404: 'No HTTP resource was found that matches the request URI.',
  405: 'The requested resource does not support this http method.',
  429: 'Too many requests.',
  500: 'An error has occurred.',
  503: 'The service is unavailable.',
  504: 'The gateway timed out.',
};

const forbidden =
  '<!DOCTYPE html><html><head><title>403 - Forbidden: Access is denied.</title></head>' +
  '<body><h2>403 - Forbidden: Access is denied.</h2></body></html>';

/** The vendor's errors are not public: these are inferred from the web server that its paths show. */
export function trapacError(status: RefusedStatus, message?: string): WireAnswer {
  if (status === 403) return { status, headers: { 'content-type': 'text/html' }, body: forbidden };
  return { status, body: { Message: message ?? messages[status] } };
}
