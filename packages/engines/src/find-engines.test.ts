import { expect, it } from 'vitest';
import { bareMachine } from '../test/fake-program.ts';
import { findEngines } from './find-engines.ts';

it('says what stands behind each address, and starts nothing', async () => {
  const lines: string[] = [];
  await findEngines({ redisUrl: 'redis://given', report: (line) => lines.push(line) });
  expect(lines.at(-1)).toMatch(/^MongoDB: (MongoDB|SecantusDB).*, Redis: given$/);
});

it('says what to install on a machine that has neither', async () => {
  const config = await bareMachine();
  await expect(findEngines({ config, mongodbUri: 'mongodb://given' })).rejects.toThrow('no Redis');
  await expect(findEngines({ config, redisUrl: 'redis://given' })).rejects.toThrow('no MongoDB');
});
