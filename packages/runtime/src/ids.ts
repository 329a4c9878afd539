import { createHash, randomBytes, randomFillSync, randomUUID } from 'node:crypto';

const POOL_BYTES = 4_096;
const COUNTER_LIMIT = 2 ** 26;
// A clock that falls back further than this was set anew; ids follow it instead of waiting for it.
const MAX_ROLLBACK_MS = 10_000;

const pool = Buffer.alloc(POOL_BYTES);
let poolAt = POOL_BYTES;
let lastMs = 0;
let counter = 0;

/**
 * A UUIDv7 (RFC 9562 section 5.7) of the given epoch milliseconds. Ids of one process rise strictly while its clock does
 * not fall back by more than 10 s: 26 bits after the time are a counter with a random start (section 6.2, method 1).
 */
export function newEventId(nowMs: number = Date.now()): string {
  step(Math.trunc(nowMs));
  const at = takeRandom(6);
  const random = pool.toString('hex', at, at + 6);
  const time = lastMs.toString(16).padStart(12, '0');
  const high = (0x7000 | (counter >>> 14)).toString(16);
  const low = (0x8000 | (counter & 0x3fff)).toString(16);
  return `${time.slice(0, 8)}-${time.slice(8)}-${high}-${low}-${random}`;
}

function step(nowMs: number): void {
  if (nowMs > lastMs || lastMs - nowMs > MAX_ROLLBACK_MS) {
    lastMs = nowMs;
    // The upper half stays free, so a busy millisecond has 33 million ids left.
    counter = pool.readUInt32BE(takeRandom(4)) >>> 7;
    return;
  }
  counter += 1;
  if (counter === COUNTER_LIMIT) {
    lastMs += 1;
    counter = 0;
  }
}

/** Where so many random bytes stand in the pool, which nobody reads twice: asking the system for each costs more than the id. */
function takeRandom(bytes: number): number {
  if (poolAt + bytes > POOL_BYTES) {
    randomFillSync(pool);
    poolAt = 0;
  }
  poolAt += bytes;
  return poolAt - bytes;
}

/** A random UUID (version 4). */
export function newUuid(): string {
  return randomUUID();
}

/**
 * A stable id of what the parts name: 32 characters of base64url, 186 bits of SHA-256 over the parts as a JSON array. It begins
 * with a letter and holds no ':', so it may be a BullMQ id, a file name and a command-line argument.
 */
export function hashId(...parts: string[]): string {
  return `h${sha256(parts).toString('base64url').slice(0, 31)}`;
}

/** A stable UUID of what the parts name (version 8, RFC 9562 section 5.8, from SHA-256 over the parts as a JSON array). */
export function deterministicUuid(...parts: string[]): string {
  const bytes = sha256(parts).subarray(0, 16);
  bytes[6] = ((bytes[6] ?? 0) & 0x0f) | 0x80;
  bytes[8] = ((bytes[8] ?? 0) & 0x3f) | 0x80;
  const hex = bytes.toString('hex');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;
}

/** A stable UUIDv7 of the same millisecond as an event, for what it gives rise to: the same parts make the same id. */
export function derivedEventId(eventId: string, ...parts: string[]): string {
  return `${eventId.slice(0, 14)}7${deterministicUuid(eventId, ...parts).slice(15)}`;
}

/** A new secret: the prefix and 256 random bits in base64url (quality S3). */
export function randomSecret(prefix: string): string {
  return `${prefix}${randomBytes(32).toString('base64url')}`;
}

function sha256(parts: readonly string[]): Buffer {
  return createHash('sha256').update(JSON.stringify(parts)).digest();
}
