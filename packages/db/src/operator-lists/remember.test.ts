import { expect, it } from 'vitest';
import { remember } from './remember.ts';

function setUp() {
  let now = 0;
  const asked: PromiseWithResolvers<string>[] = [];
  const load = () => {
    const question = Promise.withResolvers<string>();
    asked.push(question);
    return question.promise;
  };
  const ask = remember(load, { forMs: 1_000, now: () => now });
  const advance = (ms: number) => {
    now += ms;
  };
  return { ask, asked, advance };
}

it('asks once for all who ask within the time, and again after it', async () => {
  const { ask, asked, advance } = setUp();
  const both = [ask(), ask()];
  asked[0]?.resolve('first');
  expect(await Promise.all(both)).toEqual(['first', 'first']);
  advance(999);
  expect(await ask()).toBe('first');
  advance(1);
  const again = ask();
  asked[1]?.resolve('second');
  expect(await again).toBe('second');
  expect(asked).toHaveLength(2);
});

it('keeps no failure', async () => {
  const { ask, asked } = setUp();
  const failing = ask();
  asked[0]?.reject(new Error('away'));
  await expect(failing).rejects.toThrow('away');
  const again = ask();
  asked[1]?.resolve('back');
  expect(await again).toBe('back');
});
