import type { WebhookKey } from '@envase/db';
import { AppError, createKeyRing, parseKeyRing } from '@envase/runtime';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { keyRingText } from '../../test/start-test-api.ts';
import { rotateKeys, sealHeaders } from './secrets.ts';

const ring = createKeyRing(parseKeyRing(keyRingText));
const hookId = 'hook-1';
const dayMs = 24 * 60 * 60_000;
const open = (keys: readonly WebhookKey[]) => keys.map(({ sealed }) => ring.open(sealed, hookId));
const at = (now: number) => ({ ring, hookId, now });

describe('rotateKeys', () => {
  it('seals the first key for the hook', () => {
    const keys = rotateKeys([], 'one', at(0));
    expect(keys).toMatchObject([{ until: null }]);
    expect(open(keys)).toEqual(['one']);
    expect(JSON.stringify(keys)).not.toContain('one');
  });

  it('lets the old key sign for 24 h beside a new one', () => {
    const keys = rotateKeys(rotateKeys([], 'one', at(0)), 'two', at(1_000));
    expect(open(keys)).toEqual(['two', 'one']);
    expect(keys.map(({ until }) => until)).toEqual([null, new Date(1_000 + dayMs)]);
  });

  it('keeps the keys for the same key and for none', () => {
    const keys = rotateKeys(rotateKeys([], 'one', at(0)), 'two', at(1_000));
    expect(rotateKeys(keys, 'two', at(5_000))).toEqual(keys);
    expect(rotateKeys(keys, undefined, at(5_000))).toEqual(keys);
  });

  it('has at most two keys, of which the newest is current, whatever is given', () => {
    const given = fc.array(fc.option(fc.constantFrom('a', 'b', 'c'), { nil: undefined }), { maxLength: 12 });
    fc.assert(
      fc.property(given, (steps) => {
        let keys: WebhookKey[] = [];
        const told: string[] = [];
        steps.forEach((key, step) => {
          keys = rotateKeys(keys, key, at(step));
          if (key !== undefined && key !== told.at(-1)) told.push(key);
        });
        expect(open(keys)).toEqual(told.slice(-2).reverse());
        expect(keys.map(({ until }) => until === null)).toEqual(keys.map((_, index) => index === 0));
      }),
    );
  });
});

describe('sealHeaders', () => {
  const stored = sealHeaders([{ name: 'X-Auth', value: 'secret' }], [], { ring, hookId });

  it('seals values for the hook', () => {
    expect(JSON.stringify(stored)).not.toContain('secret');
    expect(ring.open(stored[0]?.sealed ?? '', hookId)).toBe('secret');
  });

  it('keeps what is stored for *** under the same name, whatever its case', () => {
    const kept = sealHeaders([{ name: 'x-auth', value: '***' }], stored, { ring, hookId });
    expect(kept).toEqual([{ name: 'x-auth', sealed: stored[0]?.sealed }]);
  });

  it('keeps all where none are sent and drops all for an empty list', () => {
    expect(sealHeaders(undefined, stored, { ring, hookId })).toBe(stored);
    expect(sealHeaders([], stored, { ring, hookId })).toEqual([]);
  });

  it('refuses every *** that keeps nothing', () => {
    const sent = ['X-Auth', 'X-New', 'X-Other'].map((name) => ({ name, value: '***' }));
    const refusal = catchError(() => sealHeaders(sent, stored, { ring, hookId }));
    expect(refusal.code).toBe('invalid_request');
    expect(refusal.details?.map(({ path }) => path)).toEqual([
      '/webhookHeaders/1/value',
      '/webhookHeaders/2/value',
    ]);
  });
});

function catchError(work: () => unknown): AppError {
  try {
    work();
  } catch (error) {
    if (error instanceof AppError) return error;
  }
  throw new Error('It did not refuse');
}
