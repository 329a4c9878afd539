import { normalizeNumber } from '@envase/domain';
import { isHmacOf, readNoticeJson } from '../kit/notices.ts';
import { type Arrival, type InboundRequest, type Notice, ProviderError } from '../provider.ts';
import { events } from './client.ts';
import { namedBoxes } from './named-boxes.ts';

const header = 'notification-signature';

/** `sha256=` and the hex HMAC-SHA256 of the raw body; the key is what the base64 secret of the subscription stands for. */
export function verifyDcsaTnt({ headers, body }: InboundRequest, secret: string): boolean {
  const given = headers[header];
  const key = Buffer.from(secret, 'base64');
  if (typeof given !== 'string' || key.length === 0) return false;
  // The standard leaves the case of the digits open.
  const [, hex] = /^sha256=([0-9a-f]{64})$/i.exec(given.trim()) ?? [];
  return hex !== undefined && isHmacOf(hex.toLowerCase(), { key, body });
}

/** The address that a subscription of one box is told at: an event of its vessel names no box, so the path does. */
export function callbackOf(callbackUrl: string, number: string): string {
  return `${callbackUrl.replace(/\/+$/, '')}/${encodeURIComponent(number)}`;
}

/**
 * The boxes that new events are about, each to be read: one event without those before it does not say on which side of the
 * voyage it is.
 */
export function parseDcsaTnt(body: Buffer, { path }: Arrival): Notice[] {
  const parsed = events.safeParse(readNoticeJson(body));
  if (!parsed.success) {
    throw new ProviderError('provider_answer', 'The notification has not the documented form');
  }
  if (parsed.data.length === 0) return [];
  const addressed = normalizeNumber(path);
  const isBox = /^[A-Z]{4}\d{6,7}$/.test(addressed);
  const numbers = isBox ? [addressed] : new Set(parsed.data.flatMap(namedBoxes));
  return [...numbers].map((number) => ({ ask: number, number }));
}
