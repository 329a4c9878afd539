import { type Engines, startEngines } from '@envase/engines';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { armFatalPoints, disarmFatalPoints } from './crash/incarnation.ts';
import { startOneProcess } from './crash/one-process.ts';
import { describeBroken, runMany } from './crash/run-many.ts';
import { anySchedule } from './crash/schedule.ts';

const count = 40;
// Others every time: `pnpm crash --seed` runs the same ones again.
const seed = Math.floor(Math.random() * 2 ** 31);

let engines: Engines;
beforeAll(async () => {
  engines = await startEngines();
  armFatalPoints();
}, 120_000);
afterAll(async () => {
  disarmFatalPoints();
  await engines.stop();
}, 60_000);

it(`whatever dies when, nothing acknowledged is lost and only what was in flight comes twice (${count} schedules)`, async () => {
  const broken = await runMany({
    schedules: anySchedule({ withPoints: true }),
    seed,
    count,
    startPlatform: (index) => startOneProcess({ ...engines, index }),
    platforms: 3,
    beside: 4,
    shrinkMs: 60_000,
    report: (line) => process.stderr.write(`${line}\n`),
  });
  expect(describeBroken(broken, { seed, options: '' })).toEqual([]);
}, 400_000);
