import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { listIssues, toPointer } from './issues.ts';
import { listQuery } from './lists.ts';

describe('toPointer', () => {
  it.each([
    [[], ''],
    [['a'], '/a'],
    [['a', 0, 'b'], '/a/0/b'],
    [[''], '/'],
    [['a/b'], '/a~1b'],
    [['m~n'], '/m~0n'],
    [['~1'], '/~01'],
    [['a.b c'], '/a.b c'],
  ])('writes %j as %s', (path, pointer) => {
    expect(toPointer(path)).toBe(pointer);
  });

  it('leads back to the keys (RFC 6901)', () => {
    fc.assert(
      fc.property(fc.array(fc.string()), (path) => {
        const keys = toPointer(path).split('/').slice(1);
        expect(keys.map((key) => key.replaceAll('~1', '/').replaceAll('~0', '~'))).toEqual(path);
      }),
    );
  });
});

describe('listIssues', () => {
  const list = (schema: z.ZodType, value: unknown, base: string[] = []) => {
    const parsed = schema.safeParse(value);
    return parsed.success ? [] : listIssues(parsed.error, base);
  };

  it('lists every fault, below a base and with its keys escaped', () => {
    const schema = z.object({ 'a/b': z.number(), list: z.array(z.string()) });
    const paths = list(schema, { 'a/b': 'x', list: ['', 1, 2] }, ['payload']).map(({ path }) => path);
    expect(paths).toEqual(['/payload/a~1b', '/payload/list/1', '/payload/list/2']);
  });

  const either = z.union([z.array(z.object({ a: z.number() })), z.object({ a: z.number() })], {
    error: 'a list or one',
  });

  it('lists the faults of the branch that was meant', () => {
    expect(list(either, [{ a: 1 }, { a: 'x' }]).map(({ path }) => path)).toEqual(['/1/a']);
    expect(list(either, { a: 'x' }).map(({ path }) => path)).toEqual(['/a']);
  });

  it('says what a value may be where no branch was meant', () => {
    expect(list(either, 7)).toEqual([{ path: '', message: 'a list or one' }]);
  });

  it('says why a key of a record was refused', () => {
    const record = z.record(z.string().regex(/^[a-z]$/, 'one letter'), z.number());
    expect(list(record, { ab: 1 })).toEqual([{ path: '/ab', message: 'one letter' }]);
  });
});

describe('listQuery', () => {
  it.each([
    [{}, 50],
    [{ limit: '1' }, 1],
    [{ limit: '200' }, 200],
  ])('reads %j', (query, limit) => {
    expect(listQuery.parse(query).limit).toBe(limit);
  });

  it.each(['0', '201', '', ' 5', '5.0', '1e2', '0x10', '-1', 'ten', '99999999999999999999', ['5']])(
    'refuses a limit of %j',
    (limit) => {
      expect(listQuery.safeParse({ limit }).success).toBe(false);
    },
  );

  it.each(['', 'c'.repeat(201), ['c']])('refuses a cursor of %j', (cursor) => {
    expect(listQuery.safeParse({ cursor }).success).toBe(false);
  });
});
