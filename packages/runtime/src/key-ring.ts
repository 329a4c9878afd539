import {
  createCipheriv,
  createDecipheriv,
  createHash,
  createHmac,
  randomBytes,
  timingSafeEqual,
} from 'node:crypto';
import { AppError } from './errors.ts';

const KEY_ID = /^[A-Za-z0-9_-]{1,32}$/;
const IV_BYTES = 12;
const TAG_BYTES = 16;

/** The keys that seal what is secret at rest (quality S5); `current` seals, all of them open. */
export interface KeyRingConfig {
  keys: Readonly<Record<string, string>>;
  current: string;
}

export interface KeyRing {
  /** Encrypts for one owner (AES-256-GCM, the owner as associated data): `v1.<keyId>.<iv>.<ciphertext and tag>`. */
  seal(plaintext: string, owner: string): string;
  /** Decrypts; throws AppError `internal` for another owner, a changed text or an unknown key. */
  open(sealed: string, owner: string): string;
  /** True when another key than the current one sealed it. */
  needsReseal(sealed: string): boolean;
}

/** Builds a key ring; throws AppError `internal` for a key that is not 32 bytes of base64 or a missing current key. */
export function createKeyRing(config: KeyRingConfig): KeyRing {
  const keys = new Map(Object.entries(config.keys).map(([id, text]) => [id, decodeKey(id, text)]));
  const current = keys.get(config.current);
  if (!current) throw new AppError('internal', 'The key ring has no current key');
  return {
    seal(plaintext, owner) {
      const iv = randomBytes(IV_BYTES);
      const cipher = createCipheriv('aes-256-gcm', current, iv, { authTagLength: TAG_BYTES });
      cipher.setAAD(Buffer.from(owner));
      const text = Buffer.concat([cipher.update(plaintext, 'utf8'), cipher.final(), cipher.getAuthTag()]);
      return `v1.${config.current}.${iv.toString('base64url')}.${text.toString('base64url')}`;
    },
    open(sealed, owner) {
      const { keyId, iv, text } = parseSealed(sealed);
      const key = keys.get(keyId);
      if (!key) throw new AppError('internal', 'A sealed value names a key that is not in the key ring');
      return decrypt({ key, iv, text, owner });
    },
    needsReseal: (sealed) => !sealed.startsWith(`v1.${config.current}.`),
  };
}

/** Reads the config form `id:base64,id2:base64`; the first key is the current one. Throws AppError `internal`. */
export function parseKeyRing(text: string): KeyRingConfig {
  const keys: Record<string, string> = {};
  let current: string | undefined;
  for (const entry of text.split(',').map((part) => part.trim())) {
    const [id = '', key = ''] = entry.split(':', 2);
    decodeKey(id, key);
    if (Object.hasOwn(keys, id)) throw new AppError('internal', `The key ring names the key ${id} twice`);
    keys[id] = key;
    current ??= id;
  }
  return { keys, current: current ?? '' };
}

/** HMAC-SHA-256 in hex: what is stored of a secret that is only ever compared. */
export function keyedHash(secretKey: Uint8Array | string, value: string): string {
  return createHmac('sha256', secretKey).update(value).digest('hex');
}

/** Compares in a time that tells nothing about where the two differ. */
export function safeEqual(a: string | Uint8Array, b: string | Uint8Array): boolean {
  return timingSafeEqual(createHash('sha256').update(a).digest(), createHash('sha256').update(b).digest());
}

function decodeKey(id: string, text: string): Buffer {
  if (!KEY_ID.test(id)) throw new AppError('internal', 'A key id is 1 to 32 letters, digits, - or _');
  const key = Buffer.from(text, 'base64');
  if (key.length !== 32) throw new AppError('internal', `The key ${id} is not 32 bytes of base64`);
  return key;
}

function parseSealed(sealed: string): { keyId: string; iv: Buffer; text: Buffer } {
  const [version, keyId, ivText, sealedText, ...rest] = sealed.split('.');
  if (version !== 'v1' || !keyId || !ivText || !sealedText || rest.length > 0) throw unreadable();
  const iv = decodeExactly(ivText);
  const text = decodeExactly(sealedText);
  if (iv.length !== IV_BYTES || text.length < TAG_BYTES) throw unreadable();
  return { keyId, iv, text };
}

function decodeExactly(text: string): Buffer {
  const bytes = Buffer.from(text, 'base64url');
  // Node skips what is not base64url; only one spelling of a sealed value is accepted.
  if (bytes.toString('base64url') !== text) throw unreadable();
  return bytes;
}

function decrypt(options: { key: Buffer; iv: Buffer; text: Buffer; owner: string }): string {
  const { key, iv, text, owner } = options;
  const decipher = createDecipheriv('aes-256-gcm', key, iv, { authTagLength: TAG_BYTES });
  decipher.setAAD(Buffer.from(owner));
  decipher.setAuthTag(text.subarray(text.length - TAG_BYTES));
  try {
    const plain = Buffer.concat([
      decipher.update(text.subarray(0, text.length - TAG_BYTES)),
      decipher.final(),
    ]);
    return plain.toString('utf8');
  } catch (cause) {
    throw unreadable(cause);
  }
}

function unreadable(cause?: unknown): AppError {
  return new AppError(
    'internal',
    'A sealed value cannot be opened: it was changed or belongs to another owner',
    { cause },
  );
}
