import type { RefusedStatus, WireAnswer } from '../provider.ts';

const faults: Record<RefusedStatus, { faultstring: string; errorcode: string }> = {
  400: { faultstring: 'Bad Request', errorcode: 'protocol.http.BadRequest' },
  401: { faultstring: 'Invalid access token', errorcode: 'oauth.v2.InvalidAccessToken' },
  403: { faultstring: 'Insufficient scope', errorcode: 'oauth.v2.InsufficientScope' },
  404: { faultstring: 'Not Found', errorcode: 'messaging.adaptors.http.flow.ApplicationNotFound' },
  405: { faultstring: 'Method Not Allowed', errorcode: 'protocol.http.MethodNotAllowed' },
  429: { faultstring: 'Rate limit exceeded', errorcode: 'policies.ratelimit.QuotaViolation' },
  500: { faultstring: 'Internal Server Error', errorcode: 'messaging.adaptors.http.flow.Internal' },
  503: { faultstring: 'Service Unavailable', errorcode: 'messaging.adaptors.http.flow.Unavailable' },
  504: { faultstring: 'Gateway Timeout', errorcode: 'messaging.adaptors.http.flow.GatewayTimeout' },
};

/** The vendor's error bodies are not public: these are inferred from the gateway that its token answer shows. */
export function cnFault(status: RefusedStatus, faultstring: string = faults[status].faultstring): WireAnswer {
  return { status, body: { fault: { faultstring, detail: { errorcode: faults[status].errorcode } } } };
}
