import { expect, it } from 'vitest';
import { startProcesses } from './crash/processes.ts';
import { describeBroken, runMany } from './crash/run-many.ts';
import { anySchedule } from './crash/schedule.ts';

const count = 8;
// Others every time: `pnpm crash --kill --seed` runs the same ones again.
const seed = Math.floor(Math.random() * 2 ** 31);

it(`whatever process is killed when, nothing acknowledged is lost and only what was in flight comes twice (${count} schedules)`, async () => {
  const broken = await runMany({
    schedules: anySchedule({ withPoints: false }),
    seed,
    count,
    startPlatform: startProcesses,
    platforms: 1,
    beside: 4,
    shrinkMs: 60_000,
    report: (line) => process.stderr.write(`${line}\n`),
  });
  expect(describeBroken(broken, { seed, options: ' --kill' })).toEqual([]);
}, 400_000);
