import fc from 'fast-check';
import { expect, it } from 'vitest';
import { decodeCursor, encodeCursor } from './cursor.ts';

const refusal = expect.objectContaining({
  code: 'invalid_request',
  details: [{ path: 'query.cursor', message: 'was not given by this list' }],
});

function thrownBy(act: () => unknown): unknown {
  try {
    act();
  } catch (error) {
    return error;
  }
  return undefined;
}

const marks = fc.record({
  id: fc.string({ minLength: 1, unit: 'grapheme' }),
  at: fc.date({ noInvalidDate: true }),
});

it('reads back what it wrote', () => {
  fc.assert(
    fc.property(marks, ({ id, at }) => {
      expect(decodeCursor({ kind: 'a', timed: false }, encodeCursor('a', { id }))).toEqual({ id });
      expect(decodeCursor({ kind: 'a', timed: true }, encodeCursor('a', { id, at }))).toEqual({ id, at });
    }),
  );
});

it('refuses whatever it did not write', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (text) => {
      for (const timed of [true, false]) {
        expect(thrownBy(() => decodeCursor({ kind: 'a', timed }, text))).toEqual(refusal);
      }
    }),
  );
});

it.each([
  ['of another list', encodeCursor('b', { id: 'x' })],
  ['without an id', Buffer.from('["a"]').toString('base64url')],
  ['with an operator for an id', Buffer.from('["a",{"$gt":""}]').toString('base64url')],
  ['with more than it should hold', Buffer.from('["a","x",1]').toString('base64url')],
  ['in another spelling', `${encodeCursor('a', { id: 'x' })}=`],
  ['that is not JSON', Buffer.from('{').toString('base64url')],
  ['that is not a list', Buffer.from('{"0":"a","1":"x"}').toString('base64url')],
])('refuses a cursor %s', (_, cursor) => {
  expect(thrownBy(() => decodeCursor({ kind: 'a', timed: false }, cursor))).toEqual(refusal);
});

it('refuses a cursor without a time, or with something else for one, where the list goes by time', () => {
  for (const time of ['', ',null', ',"1"', ',8.64e20', ',{"$gt":0}']) {
    const cursor = Buffer.from(`["a","x"${time}]`).toString('base64url');
    expect(thrownBy(() => decodeCursor({ kind: 'a', timed: true }, cursor))).toEqual(refusal);
  }
});

it('refuses an id that cannot stand in the list', () => {
  const isOwn = (id: string) => id.startsWith('own~');
  expect(decodeCursor({ kind: 'a', timed: false, isOwn }, encodeCursor('a', { id: 'own~1' })).id).toBe(
    'own~1',
  );
  const foreign = encodeCursor('a', { id: 'other~1' });
  expect(thrownBy(() => decodeCursor({ kind: 'a', timed: false, isOwn }, foreign))).toEqual(refusal);
});

it('is short enough for a query parameter', () => {
  const id = `${'0'.repeat(36)}~${'0'.repeat(36)}`;
  expect(encodeCursor('observations', { id, at: new Date() }).length).toBeLessThanOrEqual(200);
});
