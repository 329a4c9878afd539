import { expect, it } from 'vitest';
import { servedForceSeq } from './served-force.ts';

const now = 1_000_000;

it.each([
  ['a trace that was only published', null, 1],
  ['a run that was forced for now', now, 3],
  ['a forced run of before', now - 1, 3],
  ['a forced run that the floor put off', now + 30_000, 2],
])('a run serves %s as far as it can', (_what, at, served) => {
  const forceSeq = at === null ? 1 : 3;
  expect(servedForceSeq({ forceSeq, forcedAt: at === null ? null : new Date(at) }, now)).toBe(served);
});
