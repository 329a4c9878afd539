import { afterAll, beforeAll, expect, it } from 'vitest';
import { createHarness, type Harness } from '../test/harness.ts';
import { createRequestBudget } from './request-budget.ts';

const url = process.env.REDIS_URL ?? '';
let harness: Harness;
beforeAll(async () => {
  harness = await createHarness(url);
});
afterAll(() => harness.close());

it('grants what a minute allows, over all processes together, and then says how long to wait', async () => {
  const one = createRequestBudget(harness);
  const other = createRequestBudget(harness);
  const asked = await Promise.all(
    Array.from({ length: 6 }, (_, n) => (n % 2 ? one : other).take('maher~platform', { perMinute: 4 })),
  );
  const waits = asked.filter((wait) => wait > 0);
  expect(waits).toHaveLength(2);
  expect(Math.min(...waits)).toBeGreaterThan(30_000);
  expect(Math.max(...waits)).toBeLessThanOrEqual(60_000);
});

it('asks to wait until the day ends when the day is used up, and spends nothing meanwhile', async () => {
  const budget = createRequestBudget(harness);
  const limits = { perSecond: 100, perDay: 1 };
  expect(await budget.take('up~platform', limits)).toBe(0);
  const wait = await budget.take('up~platform', limits);
  expect(wait).toBeGreaterThan(0);
  expect(wait).toBeLessThanOrEqual(86_400_000);
  expect(await budget.take('other~platform', limits)).toBe(0);
});

it('grants everything where nothing is limited', async () => {
  expect(await createRequestBudget(harness).take('free~platform', {})).toBe(0);
});
