import type { IncomingHttpHeaders } from 'node:http';

/**
 * Whether a request that changes something was sent by a page of ours. Browsers say so in `Sec-Fetch-Site`; those that do not
 * (plain http to another machine) say in `Origin` where the page is from. Neither: not a page of ours.
 */
export function isOwnPage(headers: IncomingHttpHeaders, publicUrl?: string): boolean {
  const site = headers['sec-fetch-site'];
  if (site !== undefined) return site === 'same-origin';
  const origin = URL.parse(headers.origin ?? '');
  if (origin === null) return false;
  return origin.host === headers.host || origin.origin === URL.parse(publicUrl ?? '')?.origin;
}
