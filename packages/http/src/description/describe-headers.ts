import type { Route } from '../router.ts';

const header = (description: string, type: 'string' | 'integer' = 'string') => ({
  description,
  schema: { type },
});

/** Headers of answers by name, for `#/components/headers`. */
export const headerComponents = {
  'X-Request-Id': header('Names this request in our logs; yours, where you send one'),
  'RateLimit-Limit': header('Requests per window', 'integer'),
  'RateLimit-Remaining': header('Requests that are left', 'integer'),
  'RateLimit-Reset': header('Seconds until all of them are back', 'integer'),
  'Retry-After': header('Seconds to wait at least', 'integer'),
  'WWW-Authenticate': header('What is wrong with the token, or that there is none (RFC 6750 s3)'),
  'Idempotency-Replayed': header('`true` where this is the first answer again'),
} as const;

/** The request header `Idempotency-Key` (contract s2). */
export const keyParameter = {
  name: 'Idempotency-Key',
  in: 'header',
  description:
    'Any text of your own: the same key and body within 7 days get the first answer again, another body 422, a key at work 409',
  schema: { type: 'string', pattern: '^[\\x21-\\x7e]{1,255}$' },
} as const;

export type HeaderName = keyof typeof headerComponents;

export function refTo(kind: 'headers' | 'parameters' | 'responses', name: string): object {
  return { $ref: `#/components/${kind}/${name}` };
}

/** The headers that an answer of a route, or an error of any, may carry. */
export function headersOf(route: Route | null, status: number, own: readonly HeaderName[] = []): object {
  const names: HeaderName[] = ['X-Request-Id', ...own];
  if (route?.endpoint.limit || status === 429) {
    names.push('RateLimit-Limit', 'RateLimit-Remaining', 'RateLimit-Reset');
  }
  if (status === 429 || status === 503) names.push('Retry-After');
  if (status === 401 || status === 403) names.push('WWW-Authenticate');
  if (route?.method === 'POST' && route.endpoint.scope !== null) names.push('Idempotency-Replayed');
  return Object.fromEntries(names.map((name) => [name, refTo('headers', name)]));
}
