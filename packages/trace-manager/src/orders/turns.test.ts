import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createTurns } from './turns.ts';

describe('turns', () => {
  const anyKeys = fc.uniqueArray(fc.constantFrom('a', 'b', 'c'), { minLength: 1 });

  it('never run two works that share a key, keep their order, and run others together', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(anyKeys, { maxLength: 12 }), fc.scheduler(), async (wanted, scheduler) => {
        const inTurn = createTurns();
        const busy = new Set<string>();
        const order: number[] = [];
        const works = wanted.map((keys, index) =>
          inTurn(keys, async () => {
            for (const key of keys) expect(busy.has(key)).toBe(false);
            for (const key of keys) busy.add(key);
            await scheduler.schedule(Promise.resolve());
            for (const key of keys) busy.delete(key);
            order.push(index);
          }),
        );
        await scheduler.waitFor(Promise.all(works));
        for (const [index, keys] of wanted.entries()) {
          const sharing = (other: number) => wanted[other]?.some((key) => keys.includes(key));
          const earlier = order.slice(0, order.indexOf(index));
          expect(earlier.filter((other) => sharing(other) && other > index)).toEqual([]);
        }
      }),
    );
  });

  it('go on after a work that failed, and hand its error to its own caller', async () => {
    const inTurn = createTurns();
    const failing = inTurn(['a'], () => Promise.reject(new Error('broken')));
    const next = inTurn(['a'], async () => 'done');
    await expect(failing).rejects.toThrow('broken');
    expect(await next).toBe('done');
  });
});
