import type { WebhookFilter } from '@envase/contracts';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { matchesFilters } from './filters.ts';

const event = {
  type: 'CONTAINER',
  isTest: false,
  sequence: 3,
  payload: {
    siteId: 'USLAX',
    count: 7,
    nothing: null,
    events: [
      { code: 'hold', data: { type: 'customs', hold: true } },
      { code: 'lfd', data: { lfd: '2026-03-05', list: [[1], [2, [3]]] } },
    ],
    tags: ['a', 'b'],
    '0': 'zero',
  },
};

describe('matchesFilters', () => {
  it.each<[string, WebhookFilter[], boolean]>([
    ['no filter', [], true],
    ['a filter without paths', [{}], true],
    ['one path', [{ 'payload.siteId': 'USLAX' }], true],
    ['another value', [{ 'payload.siteId': 'USOAK' }], false],
    ['another case', [{ 'payload.siteId': 'uslax' }], false],
    ['both paths of one object', [{ type: 'CONTAINER', 'payload.siteId': 'USLAX' }], true],
    ['one of two paths of one object', [{ type: 'BOOKING', 'payload.siteId': 'USLAX' }], false],
    ['one of two objects', [{ type: 'BOOKING' }, { 'payload.siteId': 'USLAX' }], true],
    ['none of two objects', [{ type: 'BOOKING' }, { type: 'GATE' }], false],
    ['any element of an array', [{ 'payload.events.data.type': 'customs' }], true],
    ['an array of scalars', [{ 'payload.tags': 'b' }], true],
    ['arrays inside arrays', [{ 'payload.events.data.list': 3 }], true],
    [
      'two elements, one for each path',
      [{ 'payload.events.code': 'lfd', 'payload.events.data.hold': true }],
      true,
    ],
    ['a number as a number', [{ 'payload.count': 7 }], true],
    ['a number as a string', [{ 'payload.count': '7' }], false],
    ['false', [{ isTest: false }], true],
    ['false as 0', [{ isTest: 0 }], false],
    ['null', [{ 'payload.nothing': null }], true],
    ['null for what is not there', [{ 'payload.missing': null }], false],
    ['an object as a value', [{ payload: '[object Object]' }], false],
    ['an index of an array', [{ 'payload.events.0.code': 'hold' }], false],
    ['a number as the name of a property', [{ 'payload.0': 'zero' }], true],
    ['the length of an array', [{ 'payload.tags.length': 2 }], false],
    ['the length of a string', [{ 'payload.siteId.length': 5 }], false],
    ['an inherited property', [{ 'payload.constructor.name': 'Object' }], false],
    ['the prototype', [{ 'payload.__proto__.polluted': true }], false],
    ['an empty part', [{ 'payload..siteId': 'USLAX' }], false],
  ])('with %s is %j: %s', (_, filters, isMatch) => {
    expect(matchesFilters(event, filters)).toBe(isMatch);
  });

  it('reads own properties of any name, and no polluted prototype', () => {
    const own: unknown = JSON.parse('{"__proto__":{"x":1},"constructor":{"name":"mine"}}');
    expect(matchesFilters(own, [JSON.parse('{"__proto__.x":1}') as WebhookFilter])).toBe(true);
    expect(matchesFilters(own, [{ 'constructor.name': 'mine' }])).toBe(true);
    expect(matchesFilters({}, [{ '__proto__.x': 1 }])).toBe(false);
    expect(matchesFilters(Object.create({ siteId: 'USLAX' }), [{ siteId: 'USLAX' }])).toBe(false);
  });

  it('gives up on a filter that would take too long, in bounded time', () => {
    let tree: unknown = 'leaf';
    for (let depth = 0; depth < 8; depth += 1) tree = Array.from({ length: 8 }, () => tree);
    const filters = Array.from({ length: 50 }, (_, index) => ({ [`payload.x${index}`]: 1, payload: 'no' }));
    const before = performance.now();
    expect(matchesFilters({ payload: tree }, [{ payload: 'no' }, ...filters])).toBe(false);
    expect(performance.now() - before).toBeLessThan(1_000);
  });

  it('throws for no event and no filter', () => {
    const path = fc.oneof(
      fc.stringMatching(/^[A-Za-z0-9_.-]{0,30}$/),
      fc.constantFrom('__proto__', 'constructor.prototype', 'a.b', 'a', '.'),
    );
    const value = fc.oneof(fc.string(), fc.double(), fc.boolean(), fc.constant(null));
    const filters = fc.array(fc.dictionary(path, value, { maxKeys: 4 }), { maxLength: 4 });
    fc.assert(
      fc.property(fc.jsonValue({ maxDepth: 4 }), filters, (body, any) => {
        expect(typeof matchesFilters(body, any)).toBe('boolean');
      }),
    );
  });

  it('finds every scalar by the path that leads to it', () => {
    const key = fc.stringMatching(/^[A-Za-z][A-Za-z0-9_-]{0,5}$/);
    const scalar = fc.oneof(fc.string(), fc.integer(), fc.boolean(), fc.constant(null));
    fc.assert(
      fc.property(
        fc.array(fc.tuple(key, fc.boolean()), { minLength: 1, maxLength: 8 }),
        scalar,
        (steps, leaf) => {
          const body = steps.reduceRight<unknown>(
            (inner, [name, isInArray]) => ({ [name]: isInArray ? [{ other: 1 }, inner] : inner }),
            leaf,
          );
          const path = steps.map(([name]) => name).join('.');
          expect(matchesFilters(body, [{ [path]: leaf }])).toBe(true);
          expect(matchesFilters(body, [{ [path]: `${String(leaf)}!` }])).toBe(false);
        },
      ),
    );
  });
});
