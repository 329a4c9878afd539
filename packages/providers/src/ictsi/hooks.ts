import { createHash, timingSafeEqual } from 'node:crypto';
import type { InboundRequest } from '../provider.ts';

/** Whose events they are, and where it sends them (contract s8; evidence 8.6). It is traced by nobody. */
export const ictsiId = 'ictsi';
export const ictsiPaths = ['appointment-details', 'truck-visit-appointments-details'] as const;

/** The key that we gave ICTSI stands in `X-API-KEY`. */
export function verifyIctsi({ headers }: InboundRequest, secret: string): boolean {
  const given = headers['x-api-key'];
  if (typeof given !== 'string' || secret === '') return false;
  return timingSafeEqual(digest(given), digest(secret));
}

/** Of one length whatever the key. */
function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}
