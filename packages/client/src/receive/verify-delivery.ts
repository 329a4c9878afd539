import { createHmac, timingSafeEqual } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';
import { signatureHeaders, verifySignature } from '@envase/contracts';

export interface DeliveryCheck {
  headers: IncomingHttpHeaders | Headers;
  /** The exact bytes received: what a body parser made of them cannot be verified. */
  body: string | Uint8Array;
  /** The hook's signing key; both while one is rotated. */
  keys: string | readonly string[];
  /** How old or young a signature may be, in milliseconds; 300,000 unless given. */
  toleranceMs?: number | undefined;
  now?: number | undefined;
}

export type DeliveryVerdict = { ok: true } | { ok: false; reason: string };

/**
 * Whether a delivery is what the platform signed (contract s6): by `X-Envase-Connect-Signature-256`, its `-Previous`
 * sister or Standard Webhooks 1.0, with any of the keys, in constant time. `reason` is fit to be answered.
 */
export function verifyDelivery(check: DeliveryCheck): DeliveryVerdict {
  const { headers, body, now = Date.now(), toleranceMs = 300_000 } = check;
  const keys = [check.keys].flat().filter((key) => key !== '');
  const read = (name: string) => readHeader(headers, name);
  const envase = [read(signatureHeaders.envase), read(signatureHeaders.envasePrevious)].filter(isText);
  const standard = readStandard(read);
  if (envase.length === 0 && !standard) return { ok: false, reason: 'the delivery is not signed' };
  const isSigned = keys.some(
    (key) =>
      envase.some((header) => verifySignature({ header, body, key, now, toleranceMs })) ||
      (standard !== null && isStandard(standard, { body, key, now, toleranceMs })),
  );
  if (isSigned) return { ok: true };
  return { ok: false, reason: 'no signature fits these bytes, one of the keys and the time' };
}

interface StandardHeaders {
  id: string;
  timestamp: string;
  signatures: string;
}

function readStandard(read: (name: string) => string | null): StandardHeaders | null {
  const id = read(signatureHeaders.id);
  const timestamp = read(signatureHeaders.timestamp);
  const signatures = read(signatureHeaders.standard);
  return id !== null && timestamp !== null && signatures !== null ? { id, timestamp, signatures } : null;
}

/** Standard Webhooks 1.0 (https://www.standardwebhooks.com): the key is the UTF-8 bytes of the signing key. */
function isStandard(
  { id, timestamp, signatures }: StandardHeaders,
  check: { body: string | Uint8Array; key: string; now: number; toleranceMs: number },
): boolean {
  if (!/^\d{1,12}$/.test(timestamp)) return false;
  if (Math.abs(check.now - Number(timestamp) * 1000) > check.toleranceMs) return false;
  const wanted = createHmac('sha256', check.key).update(`${id}.${timestamp}.`).update(check.body).digest();
  return signatures
    .split(' ')
    .filter((one) => one.startsWith('v1,'))
    .map((one) => Buffer.from(one.slice('v1,'.length), 'base64'))
    .some((given) => given.length === wanted.length && timingSafeEqual(given, wanted));
}

function readHeader(headers: IncomingHttpHeaders | Headers, name: string): string | null {
  const value = headers instanceof Headers ? headers.get(name) : headers[name];
  return typeof value === 'string' ? value : null;
}

function isText(value: string | null): value is string {
  return value !== null;
}
