import fc from 'fast-check';
import { expect, it } from 'vitest';
import { canonicalJson } from './canonical-json.ts';

it('sorts members by their names, at every depth, and knows no blanks', () => {
  const value = { b: [{ z: 1, a: null }], 10: 'x', 9: 'y', a: new Date(0), gone: undefined };
  const text = '{"10":"x","9":"y","a":"1970-01-01T00:00:00.000Z","b":[{"a":null,"z":1}]}';
  expect(canonicalJson(value)).toBe(text);
  expect(canonicalJson([undefined, () => 1])).toBe('[null,null]');
  expect(canonicalJson(undefined)).toBe('null');
});

it('is JSON of the same value, whatever the order of its members', () => {
  fc.assert(
    fc.property(fc.jsonValue(), (value) => {
      const text = canonicalJson(value);
      expect(JSON.parse(text)).toEqual(JSON.parse(JSON.stringify(value)));
      expect(canonicalJson(turned(value))).toBe(text);
    }),
  );
});

/** The same value with the members of every object in the opposite order. */
function turned(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map(turned);
  const members = Object.entries(value).map(([name, member]) => [name, turned(member)]);
  return Object.fromEntries(members.reverse());
}
