import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { derivedEventId, deterministicUuid, hashId, newEventId, newUuid, randomSecret } from './ids.ts';

const UUID_V7 = /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;

function timeOf(id: string): number {
  return Number.parseInt(id.replaceAll('-', '').slice(0, 12), 16);
}

describe('newEventId', () => {
  it('is a UUIDv7 of the given millisecond', () => {
    const nowMs = Date.now() + 60_000;
    const id = newEventId(nowMs);
    expect(id).toMatch(UUID_V7);
    expect(timeOf(id)).toBe(nowMs);
  });

  it('rises strictly through 200,000 ids of the same millisecond', () => {
    const nowMs = Date.now() + 120_000;
    let last = '';
    for (let i = 0; i < 200_000; i += 1) {
      const id = newEventId(nowMs);
      if (id <= last) expect.fail(`${id} came after ${last}`);
      last = id;
    }
    expect(timeOf(last)).toBe(nowMs);
  });

  it('rises strictly however the clock steps within 10 s', () => {
    let baseMs = Date.now() + 3_600_000;
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 9_999 }), { minLength: 2 }), (offsets) => {
        baseMs += 20_000;
        const ids = offsets.map((offset) => newEventId(baseMs + offset));
        return ids.every((id, i) => i === 0 || id > (ids[i - 1] ?? ''));
      }),
    );
  });

  it('follows a clock that was set back by more than 10 s', () => {
    newEventId(1_800_000_000_000);
    expect(timeOf(newEventId(1_700_000_000_000))).toBe(1_700_000_000_000);
  });

  it('differs between ids in its last 48 bits', () => {
    const tails = new Set(Array.from({ length: 10_000 }, () => newEventId().slice(-12)));
    expect(tails.size).toBe(10_000);
  });
});

describe('hashId', () => {
  it('is stable, 32 characters, begins with a letter and holds no colon', () => {
    expect(hashId('container', 'org', 'MSKU0000006')).toBe(hashId('container', 'org', 'MSKU0000006'));
    fc.assert(fc.property(fc.array(fc.string()), (parts) => /^h[A-Za-z0-9_-]{31}$/.test(hashId(...parts))));
  });

  it('differs when the same text is cut otherwise', () => {
    fc.assert(
      fc.property(fc.string(), fc.string({ minLength: 1 }), (a, b) => hashId(a, b) !== hashId(a + b)),
    );
    expect(hashId('a,b')).not.toBe(hashId('a', 'b'));
  });
});

describe('the other ids', () => {
  it('makes a stable version 8 UUID of parts', () => {
    expect(deterministicUuid('a', 'b')).toBe(deterministicUuid('a', 'b'));
    expect(deterministicUuid('a', 'b')).not.toBe(deterministicUuid('ab'));
    expect(deterministicUuid('a')).toMatch(
      /^[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/,
    );
  });

  it('makes a random version 4 UUID', () => {
    expect(newUuid()).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
  });

  it('makes secrets of 256 bits behind their prefix', () => {
    const secret = randomSecret('ets_');
    expect(secret).toMatch(/^ets_[A-Za-z0-9_-]{43}$/);
    expect(Buffer.from(secret.slice(4), 'base64url')).toHaveLength(32);
    expect(randomSecret('ets_')).not.toBe(secret);
  });
});

describe('derivedEventId', () => {
  it('is a UUIDv7 of the same millisecond, the same for the same parts alone', () => {
    const event = newEventId(Date.now() + 7_200_000);
    const id = derivedEventId(event, '0', 'org');
    expect(id).toMatch(UUID_V7);
    expect(timeOf(id)).toBe(timeOf(event));
    expect(derivedEventId(event, '0', 'org')).toBe(id);
    const others = [derivedEventId(event, '1', 'org'), derivedEventId(newEventId(), '0', 'org'), event];
    expect(new Set([id, ...others]).size).toBe(4);
  });
});
