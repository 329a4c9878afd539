import { createHmac, timingSafeEqual } from 'node:crypto';

/** Header names of a signed delivery (contract s6). */
export const signatureHeaders = {
  envase: 'x-envase-connect-signature-256',
  envasePrevious: 'x-envase-connect-signature-256-previous',
  id: 'webhook-id',
  timestamp: 'webhook-timestamp',
  standard: 'webhook-signature',
} as const;

export interface SignedDelivery {
  eventId: string;
  body: string | Uint8Array;
  /** When this attempt is sent, in milliseconds. */
  at: number;
  /** The hook's keys, current first; none means unsigned, a second one is signed beside it during rotation. */
  keys: readonly string[];
}

/**
 * Headers that authenticate one attempt (contract s6, s10): the Envase signature with the current key, the previous
 * key's in a header of its own, and Standard Webhooks 1.0 (https://www.standardwebhooks.com) with every key.
 */
export function signDelivery({ eventId, body, at, keys }: SignedDelivery): Record<string, string> {
  const seconds = String(Math.floor(at / 1000));
  const headers: Record<string, string> = {
    [signatureHeaders.id]: eventId,
    [signatureHeaders.timestamp]: seconds,
  };
  const [current, previous] = keys.filter((key) => key !== '');
  if (current === undefined) return headers;
  const sign = (key: string) => `t=${at},v1=${hmac(key, `${at}.`, body).toString('hex')}`;
  const standard = (key: string) => `v1,${hmac(key, `${eventId}.${seconds}.`, body).toString('base64')}`;
  headers[signatureHeaders.envase] = sign(current);
  headers[signatureHeaders.standard] = standard(current);
  if (previous !== undefined) {
    headers[signatureHeaders.envasePrevious] = sign(previous);
    headers[signatureHeaders.standard] += ` ${standard(previous)}`;
  }
  return headers;
}

export interface SignatureCheck {
  /** Value of `X-Envase-Connect-Signature-256`, or of its `-Previous` sister. */
  header: string;
  /** The exact bytes received. */
  body: string | Uint8Array;
  key: string;
  now?: number;
  /** Oldest and youngest `t` accepted, in milliseconds from now. */
  toleranceMs?: number;
}

/** Whether an Envase signature header holds for these bytes and is recent (contract s6; `t` in s or ms, Q18). */
export function verifySignature(check: SignatureCheck): boolean {
  const { header, body, key, now = Date.now(), toleranceMs = 300_000 } = check;
  const parts = /^t=(\d{1,16}),v1=([0-9a-f]{64})$/.exec(header.trim());
  // An empty key is no key: anybody could sign with it.
  if (!parts || key === '') return false;
  const [, t, v1] = parts as unknown as [string, string, string]; // two groups, both matched
  const at = Number(t) > 1e11 ? Number(t) : Number(t) * 1000;
  if (Math.abs(now - at) > toleranceMs) return false;
  return timingSafeEqual(hmac(key, `${t}.`, body), Buffer.from(v1, 'hex'));
}

function hmac(key: string, prefix: string, body: string | Uint8Array): Buffer {
  return createHmac('sha256', key).update(prefix).update(body).digest();
}
