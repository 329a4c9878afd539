import { describe, expect, it } from 'vitest';
import { readParameters } from './parameters.ts';

const FORM = 'application/x-www-form-urlencoded';
const read = (query: Record<string, string | string[]>, body = '', contentType: string | undefined = FORM) =>
  Object.fromEntries(readParameters({ query, rawBody: Buffer.from(body), contentType }));

describe('parameters', () => {
  it('come from the form, from the query, and from both', () => {
    expect(read({}, 'grant_type=client_credentials&scope=a%2Fb+c')).toEqual({
      grant_type: 'client_credentials',
      scope: 'a/b c',
    });
    expect(read({ grant_type: 'x' }, 'scope=y')).toEqual({ grant_type: 'x', scope: 'y' });
    expect(
      Object.fromEntries(
        readParameters({ query: { a: '1' }, rawBody: Buffer.alloc(0), contentType: undefined }),
      ),
    ).toEqual({ a: '1' });
  });

  it('count as left out when they have no value', () => {
    expect(read({ scope: '' }, 'grant_type=')).toEqual({});
  });

  it.each([
    ['twice in the form', {}, 'scope=a&scope=a', FORM],
    ['twice in the query', { scope: ['a', 'b'] }, '', FORM],
    ['in the form and the query', { scope: 'a' }, 'scope=a', FORM],
    ['twice, once empty', {}, 'scope=&scope=a', FORM],
    ['a secret in the query', { client_secret: 's' }, '', FORM],
    ['a token in the query', { token: 't' }, '', FORM],
    ['JSON', {}, '{"grant_type":"client_credentials"}', 'application/json'],
    ['multipart', {}, 'x', 'multipart/form-data; boundary=x'],
  ])('are refused: %s', (_name, query, body, contentType) => {
    expect(() => read(query, body, contentType)).toThrow(
      expect.objectContaining({ code: 'invalid_request' }),
    );
  });

  it('are refused in a body without a type and in one that is not UTF-8', () => {
    const untyped = { query: {}, rawBody: Buffer.from('a=1'), contentType: undefined };
    expect(() => readParameters(untyped)).toThrow('not a form');
    const broken = { query: {}, rawBody: Buffer.from([0x61, 0x3d, 0xff]), contentType: FORM };
    expect(() => readParameters(broken)).toThrow('not a form');
  });

  it('may bear any name without harm', () => {
    expect(
      readParameters({ query: {}, rawBody: Buffer.from('__proto__=x&constructor=y'), contentType: FORM })
        .size,
    ).toBe(2);
    expect(Reflect.get({}, 'x')).toBeUndefined();
  });
});
