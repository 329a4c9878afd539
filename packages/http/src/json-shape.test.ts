import fc from 'fast-check';
import { expect, it } from 'vitest';
import { findShapeIssues } from './json-shape.ts';

function depthOf(value: unknown): number {
  if (typeof value !== 'object' || value === null) return 0;
  return 1 + Math.max(0, ...Object.values(value).map(depthOf));
}

function wrap(value: unknown, kinds: readonly boolean[]): unknown {
  return kinds.reduce((inner, isArray) => (isArray ? [inner] : { key: inner }), value);
}

it('finds an issue exactly where a value is deeper than 32', () => {
  const wrapped = fc
    .tuple(fc.jsonValue({ maxDepth: 4 }), fc.array(fc.boolean(), { maxLength: 40 }))
    .map(([value, kinds]) => wrap(value, kinds));
  fc.assert(
    fc.property(wrapped, (value) => findShapeIssues(value).length > 0 === depthOf(value) > 32),
    { numRuns: 300 },
  );
});

it('names every array that is too long, and at most 100', () => {
  const long = Array.from({ length: 1_001 }, () => 0);
  expect(findShapeIssues({ a: long, b: [long], c: 1 }).map((one) => one.path)).toEqual(['/a', '/b/0']);
  expect(findShapeIssues(Array.from({ length: 200 }, () => long))).toHaveLength(100);
});

it('finds nothing in scalars', () => {
  for (const value of [null, 1, 'x', true, undefined]) expect(findShapeIssues(value)).toEqual([]);
});
