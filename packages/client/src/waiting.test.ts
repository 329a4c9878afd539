import { describe, expect, it } from 'vitest';
import { jitteredWait, sleepUnlessAborted, unlessAborted } from './waiting.ts';

const backoff = { baseMs: 100, capMs: 1_000 };

describe('waits', () => {
  it.each([
    [1, 100],
    [2, 200],
    [3, 400],
    [5, 1_000],
    [50, 1_000],
  ])('after try %i are spread from 0 to %i ms', (attempt, longest) => {
    const waits = Array.from({ length: 2_000 }, () => jitteredWait(attempt, backoff));
    expect(Math.min(...waits)).toBeGreaterThanOrEqual(0);
    expect(Math.min(...waits)).toBeLessThan(longest * 0.1);
    expect(Math.max(...waits)).toBeLessThan(longest);
    expect(Math.max(...waits)).toBeGreaterThan(longest * 0.9);
  });

  it('end with the reason of the signal', async () => {
    const reason = new Error('enough');
    const signal = AbortSignal.abort(reason);
    await expect(sleepUnlessAborted(60_000, signal)).rejects.toBe(reason);
    await expect(unlessAborted(Promise.withResolvers().promise, signal)).rejects.toBe(reason);
    const later = new AbortController();
    const sleeping = sleepUnlessAborted(60_000, later.signal);
    later.abort(reason);
    await expect(sleeping).rejects.toBe(reason);
  });

  it('leave the work of others alone', async () => {
    const work = Promise.withResolvers<string>();
    const stop = new AbortController();
    const mine = unlessAborted(work.promise, stop.signal);
    const theirs = unlessAborted(work.promise, new AbortController().signal);
    stop.abort();
    await expect(mine).rejects.toMatchObject({ name: 'AbortError' });
    work.resolve('done');
    expect(await theirs).toBe('done');
  });
});
