import { randomBytes } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { AppError } from './errors.ts';
import { createKeyRing, keyedHash, parseKeyRing, safeEqual } from './key-ring.ts';

const newKey = () => randomBytes(32).toString('base64');
const keys = { old: newKey(), now: newKey() };
const ring = createKeyRing({ keys, current: 'now' });

function codeOf(act: () => unknown): string {
  try {
    act();
  } catch (error) {
    return error instanceof AppError ? error.code : 'not an AppError';
  }
  return 'nothing thrown';
}

describe('createKeyRing', () => {
  it('opens for its owner what it sealed, and never seals twice alike', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), fc.string(), (plaintext, owner) => {
        const sealed = ring.seal(plaintext, owner);
        const isOpened = ring.open(sealed, owner) === plaintext.toWellFormed();
        return isOpened && sealed.startsWith('v1.now.') && sealed !== ring.seal(plaintext, owner);
      }),
    );
  });

  it('refuses another owner', () => {
    fc.assert(
      fc.property(fc.string(), fc.string(), fc.string(), (plaintext, owner, other) => {
        fc.pre(owner !== other);
        return codeOf(() => ring.open(ring.seal(plaintext, owner), other)) === 'internal';
      }),
    );
  });

  it('refuses a sealed text with any one character changed', () => {
    const sealed = ring.seal('a signing key', 'hook-1');
    for (let at = 0; at < sealed.length; at += 1) {
      for (const char of ['A', 'B', '.', '=', ' ']) {
        const changed = sealed.slice(0, at) + char + sealed.slice(at + 1);
        if (changed !== sealed) expect(codeOf(() => ring.open(changed, 'hook-1'))).toBe('internal');
      }
    }
  });

  it('refuses cut, lengthened and foreign texts without telling what they held', () => {
    const sealed = ring.seal('canary', 'o');
    for (const text of [
      '',
      'canary',
      'v1.now',
      `${sealed}.x`,
      `${sealed}A`,
      sealed.slice(0, -1),
      'v2.now.a.b',
    ]) {
      expect(codeOf(() => ring.open(text, 'o'))).toBe('internal');
    }
    expect(() => ring.open('canary', 'o')).toThrow(/^(?!.*canary)/);
  });

  it('opens with a former key, asks for resealing, and refuses a key that is gone', () => {
    const before = createKeyRing({ keys, current: 'old' }).seal('x', 'o');
    expect(ring.open(before, 'o')).toBe('x');
    expect(ring.needsReseal(before)).toBe(true);
    expect(ring.needsReseal(ring.seal('x', 'o'))).toBe(false);
    expect(codeOf(() => createKeyRing({ keys: { now: keys.now }, current: 'now' }).open(before, 'o'))).toBe(
      'internal',
    );
  });

  it('refuses keys of a wrong length, bad key ids and a missing current key', () => {
    expect(codeOf(() => createKeyRing({ keys: { a: 'AAAA' }, current: 'a' }))).toBe('internal');
    expect(codeOf(() => createKeyRing({ keys: { 'a.b': newKey() }, current: 'a.b' }))).toBe('internal');
    expect(codeOf(() => createKeyRing({ keys, current: 'none' }))).toBe('internal');
  });
});

describe('parseKeyRing', () => {
  it('reads id:base64 pairs, the first is current', () => {
    const config = parseKeyRing(`k2:${keys.now}, k1:${keys.old}`);
    expect(config).toEqual({ keys: { k2: keys.now, k1: keys.old }, current: 'k2' });
    expect(createKeyRing(config).seal('x', 'o')).toMatch(/^v1\.k2\./);
  });

  it('refuses an empty text, a missing key, a repeated id, and names no key', () => {
    for (const text of ['', 'k1', 'k1:', `k1:${keys.now},k1:${keys.old}`, 'k1:canary']) {
      expect(codeOf(() => parseKeyRing(text))).toBe('internal');
    }
    expect(() => parseKeyRing('k1:canary')).toThrow(/^(?!.*canary)/);
  });
});

describe('comparing', () => {
  it('hashes with a key: RFC 4231 test case 2', () => {
    expect(keyedHash('Jefe', 'what do ya want for nothing?')).toBe(
      '5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843',
    );
  });

  it('agrees with === on texts of any length', () => {
    fc.assert(
      fc.property(fc.string(), fc.string(), (a, b) => safeEqual(a, b) === (a === b) && safeEqual(a, a)),
    );
  });
});
