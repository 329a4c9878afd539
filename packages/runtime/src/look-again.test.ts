import { createLogger } from '@envase/runtime';
import { waitFor } from '@envase/testing';
import { expect, it } from 'vitest';
import { lookAgain } from './look-again.ts';

const logger = createLogger({ program: 'test', level: 'silent' });

it('goes on after a look that failed, and not after the stop', async () => {
  let looks = 0;
  const look = async () => {
    looks += 1;
    if (looks === 1) throw new Error('away');
  };
  const looking = lookAgain({ everyMs: 1, look, what: 'nothing to see', logger });
  await waitFor(() => looks > 2, { what: 'a third look' });
  await looking.stop();
  const seen = looks;
  await new Promise((resolve) => setImmediate(resolve));
  expect(looks).toBe(seen);
});

it('waits at the stop for a look under way', async () => {
  const { promise, resolve } = Promise.withResolvers<void>();
  let isDone = false;
  const look = async () => {
    await promise;
    isDone = true;
  };
  const looking = lookAgain({ everyMs: 1, look, what: 'nothing to see', logger });
  const stopped = looking.stop();
  resolve();
  await stopped;
  expect(isDone).toBe(true);
});
