import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { StoredSigningKey } from '../ports.ts';
import { activationTime, type KeyRules, readTimeline, slotName } from './key-timeline.ts';

const rules: KeyRules = { rotateAfterMs: 1_000_000, leadMs: 600_000, retainMs: 3_900_000 };

function keyAt(slot: number, activeFromMs: number | null): StoredSigningKey {
  return {
    _id: slotName(slot),
    kid: `kid-${slot}`,
    publicKey: { n: 'n', e: 'e' },
    sealedPrivateKey: 'sealed',
    createdAt: new Date(0),
    activeFrom: activeFromMs === null ? null : new Date(activeFromMs),
  };
}

const names = (keys: readonly StoredSigningKey[]) => keys.map((key) => key._id);

describe('a timeline', () => {
  it('publishes next, current, and the previous key for 65 minutes', () => {
    const keys = [keyAt(1, 0), keyAt(2, 10_000_000), keyAt(3, null)];
    const at = (nowMs: number) => {
      const { current, next, published, outdated } = readTimeline(keys, nowMs, rules);
      return [current?._id, next?._id, names(published), names(outdated)];
    };
    expect(at(9_999_999)).toEqual(['k1', 'k2', ['k3', 'k2', 'k1'], []]);
    expect(at(10_000_000)).toEqual(['k2', 'k3', ['k3', 'k2', 'k1'], []]);
    expect(at(13_899_999)).toEqual(['k2', 'k3', ['k3', 'k2', 'k1'], []]);
    expect(at(13_900_000)).toEqual(['k2', 'k3', ['k3', 'k2'], ['k1']]);
  });

  it('is empty without keys, and lets the oldest sign where a clock lags behind its birth', () => {
    expect(readTimeline([], 0, rules)).toEqual({ current: null, next: null, published: [], outdated: [] });
    expect(readTimeline([keyAt(1, 5_000), keyAt(2, null)], 1_000, rules).current?._id).toBe('k1');
  });

  it('orders slots by number, not by name', () => {
    const keys = [keyAt(9, 0), keyAt(10, 1), keyAt(11, null)];
    expect(readTimeline(keys, 2, rules)).toMatchObject({ current: { _id: 'k10' }, next: { _id: 'k11' } });
  });

  it('never forgets a key while a token that it signed can be alive, whatever the rotations', () => {
    const gaps = fc.array(fc.integer({ min: 0, max: 8_000_000 }), { minLength: 1, maxLength: 8 });
    const tokenLifeMs = 3_630_000;
    fc.assert(
      fc.property(gaps, fc.integer({ min: 0, max: 70_000_000 }), (waits, issuedMs) => {
        const startOf = (index: number) => waits.slice(1, index + 1).reduce((sum, wait) => sum + wait, 0);
        const keys = waits.map((_wait, index) => keyAt(index + 1, startOf(index)));
        const signer = readTimeline(keys, issuedMs, rules).current;
        const later = readTimeline(keys, issuedMs + tokenLifeMs, rules);
        return signer !== null && names(later.published).includes(signer._id);
      }),
    );
  });

  it('publishes a key for ten minutes before it signs', () => {
    expect(activationTime(keyAt(2, null), 100_000, rules)).toBe(600_000);
    expect(activationTime(keyAt(2, null), 700_000, rules)).toBe(700_000);
  });
});
