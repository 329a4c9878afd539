import { describe, expect, it } from 'vitest';
import { createTokenSource, type IssuedToken } from './token.ts';

function create(livesMs: number) {
  let nowMs = 0;
  let issued = 0;
  let answer: (() => Promise<IssuedToken>) | null = null;
  const source = createTokenSource(
    () => {
      issued += 1;
      return answer?.() ?? Promise.resolve({ token: `t${issued}`, livesMs });
    },
    () => nowMs,
  );
  return {
    source,
    count: () => issued,
    advance(ms: number) {
      nowMs += ms;
    },
    answerWith(next: (() => Promise<IssuedToken>) | null) {
      answer = next;
    },
  };
}

const minutes = 60_000;

describe('createTokenSource', () => {
  it('fetches once for everyone and keeps the token until two minutes before its end', async () => {
    const { source, count, advance } = create(30 * minutes);
    const all = await Promise.all([source.headers(), source.headers(), source.headers()]);
    expect(all).toEqual(Array(3).fill({ authorization: 'Bearer t1' }));
    advance(28 * minutes - 1);
    await source.headers();
    expect(count()).toBe(1);
    advance(1);
    expect(await source.headers()).toEqual({ authorization: 'Bearer t2' });
  });

  it('keeps a short-lived token for half its life', async () => {
    const { source, count, advance } = create(1 * minutes);
    await source.headers();
    advance(29_999);
    await source.headers();
    expect(count()).toBe(1);
    advance(1);
    await source.headers();
    expect(count()).toBe(2);
  });

  it('fetches once more when several requests had the same token refused', async () => {
    const { source, count } = create(30 * minutes);
    const first = await source.headers();
    source.discard(first);
    await source.headers();
    source.discard(first);
    expect(await source.headers()).toEqual({ authorization: 'Bearer t2' });
    expect(count()).toBe(2);
  });

  it('does not keep a failure', async () => {
    const { source, answerWith } = create(30 * minutes);
    answerWith(() => Promise.reject(new Error('down')));
    await expect(source.headers()).rejects.toThrow('down');
    answerWith(null);
    expect(await source.headers()).toEqual({ authorization: 'Bearer t2' });
  });
});
