import { createHmac, timingSafeEqual } from 'node:crypto';
import { ProviderError } from '../provider.ts';

/** Whether a text is the lower-case hex HMAC-SHA256 of these very bytes. Compares in constant time; never throws. */
export function isHmacOf(text: string, { key, body }: { key: string | Buffer; body: Buffer }): boolean {
  const wanted = createHmac('sha256', key).update(body).digest();
  const said = Buffer.from(/^[0-9a-f]{64}$/.test(text) ? text : '', 'hex');
  return said.length === wanted.length && timingSafeEqual(said, wanted);
}

/** An inbound body as JSON. ProviderError `provider_answer` for one that is none. */
export function readNoticeJson(body: Buffer): unknown {
  try {
    return JSON.parse(body.toString('utf8'));
  } catch {
    // The parser's own message quotes the body.
    throw new ProviderError('provider_answer', 'The notification is not JSON');
  }
}
