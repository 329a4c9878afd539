import type { TraceErrorCode } from '@envase/contracts';
import type { PeerReply } from './peer.ts';

export interface Fault {
  name: string;
  /** From the good answer, the bad one. */
  break(good: PeerReply): PeerReply;
  code: TraceErrorCode;
  retryAfterMs?: number | null;
}

const html = { 'content-type': 'text/html; charset=utf-8' };
const json = { 'content-type': 'application/json' };
const textOf = (good: PeerReply) => JSON.stringify(good.body ?? {});

/** How a source fails, whatever it speaks (quality R12). Each must end in an error, never in a status. */
export const faults: readonly Fault[] = [
  {
    name: 'a page instead of JSON',
    break: () => ({ headers: html, body: '<html><body>Please wait…</body></html>' }),
    code: 'provider_answer',
  },
  {
    name: 'JSON under the type of a page',
    break: (good) => ({ headers: html, body: textOf(good) }),
    code: 'provider_answer',
  },
  { name: 'nothing with status 200', break: () => ({ headers: json, body: '' }), code: 'provider_answer' },
  { name: 'null', break: () => ({ headers: json, body: 'null' }), code: 'provider_answer' },
  {
    name: 'half a document',
    break: (good) => ({ headers: json, body: textOf(good).slice(0, -3) }),
    code: 'provider_answer',
  },
  {
    name: 'a connection that ends within the body',
    break: (good) => ({ headers: json, body: textOf(good), cutAfter: 10 }),
    code: 'provider_answer',
  },
  {
    name: 'a redirect',
    break: () => ({ status: 302, headers: { location: '/login' } }),
    code: 'provider_answer',
  },
  { name: 'status 400', break: () => ({ status: 400, body: { error: 'bad' } }), code: 'provider_answer' },
  { name: 'status 401', break: () => ({ status: 401, body: { error: 'who' } }), code: 'login_failed' },
  { name: 'status 403', break: () => ({ status: 403, body: { message: 'no' } }), code: 'login_failed' },
  {
    name: 'a page with 404',
    break: () => ({ status: 404, headers: html, body: '<h1>404</h1>' }),
    code: 'provider_answer',
  },
  {
    name: 'status 429 without Retry-After',
    break: () => ({ status: 429, body: '' }),
    code: 'rate_limited',
    retryAfterMs: null,
  },
  {
    name: 'status 429 with Retry-After',
    break: () => ({ status: 429, headers: { 'retry-after': '90' }, body: '' }),
    code: 'rate_limited',
    retryAfterMs: 90_000,
  },
  { name: 'status 500', break: () => ({ status: 500, body: '' }), code: 'provider_unavailable' },
  {
    name: 'status 503',
    break: () => ({ status: 503, body: { error: 'busy' } }),
    code: 'provider_unavailable',
  },
];
