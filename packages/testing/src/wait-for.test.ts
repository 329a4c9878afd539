import { expect, it } from 'vitest';
import { waitFor } from './wait-for.ts';

it('returns the first answer that is something', async () => {
  const answers = [undefined, null, false, 0];
  expect(await waitFor(() => answers.shift(), { what: 'an answer', everyMs: 1 })).toBe(0);
});

it('asks again after a check that throws', async () => {
  let asked = 0;
  const check = () => {
    asked += 1;
    if (asked < 3) throw new Error('not yet');
    return asked;
  };
  expect(await waitFor(check, { what: 'the third look', everyMs: 1 })).toBe(3);
});

it('says what was awaited, how long, and what it saw last', async () => {
  const never = waitFor(() => false, { what: () => '3 events', timeoutMs: 5, everyMs: 1 });
  await expect(never).rejects.toThrow('waited 5 ms for 3 events; the last answer was false');
});

it('carries the last error when time is up', async () => {
  const broken = () => Promise.reject(new Error('connection refused'));
  const never = waitFor(broken, { what: 'the port', timeoutMs: 5, everyMs: 1 });
  await expect(never).rejects.toThrow('waited 5 ms for the port; the last look failed: connection refused');
});
