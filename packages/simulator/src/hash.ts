import { createHash } from 'node:crypto';

function digest(parts: readonly (string | number)[]): Buffer {
  return createHash('sha256').update(parts.join('|')).digest();
}

/** A 32-bit number that follows from the parts alone. */
export function hashOf(...parts: readonly (string | number)[]): number {
  return digest(parts).readUInt32BE(0);
}

/** 40 hexadecimal characters that follow from the parts alone. */
export function hexOf(...parts: readonly (string | number)[]): string {
  return digest(parts).toString('hex').slice(0, 40);
}

/** A UUID that follows from the parts alone (layout of version 5, RFC 9562). */
export function uuidOf(...parts: readonly (string | number)[]): string {
  const bytes = digest(parts).subarray(0, 16);
  bytes.writeUInt8((bytes.readUInt8(6) & 0x0f) | 0x50, 6);
  bytes.writeUInt8((bytes.readUInt8(8) & 0x3f) | 0x80, 8);
  const hex = bytes.toString('hex');
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-');
}

/** One element of a list that is not empty, chosen by a hash. */
export function pick<T>(list: readonly T[], hash: number): T {
  const chosen = list[hash % list.length];
  if (chosen === undefined) throw new RangeError('there is nothing to pick from');
  return chosen;
}
