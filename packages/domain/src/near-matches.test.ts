import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { editDistance, findNearMatches } from './near-matches.ts';

const providers = ['apm', 'bnsf', 'cn', 'lbct', 'ports_america', 'port_houston', 'trapac', 'up'];

describe('findNearMatches', () => {
  it.each([
    ['port-huston', ['port_houston']],
    ['houston', ['port_houston']],
    ['BNFS', ['bnsf']],
    ['tarpac', ['trapac']],
    ['matson_c60', []],
    ['', []],
    ['   ', []],
  ])('finds for %j %j', (word, expected) => {
    expect(findNearMatches(word, providers)).toEqual(expected);
  });

  it('names at most three known words, never throws', () => {
    fc.assert(
      fc.property(fc.string({ maxLength: 300 }), fc.array(fc.string({ maxLength: 100 })), (word, known) => {
        const near = findNearMatches(word, known);
        expect(near.length).toBeLessThanOrEqual(3);
        for (const one of near) expect(known).toContain(one);
      }),
    );
  });
});

describe('editDistance', () => {
  it.each([
    ['kitten', 'sitting', 3],
    ['ab', 'ba', 1],
    ['', 'abc', 3],
    ['same', 'same', 0],
  ])('between %j and %j is %i', (a, b, distance) => {
    expect(editDistance(a, b)).toBe(distance);
  });

  it('is symmetric, and zero only between equals', () => {
    fc.assert(
      fc.property(fc.string({ maxLength: 12 }), fc.string({ maxLength: 12 }), (a, b) => {
        expect(editDistance(a, b)).toBe(editDistance(b, a));
        expect(editDistance(a, b) === 0).toBe(a === b);
      }),
    );
  });
});
