import { startEngines } from '@envase/engines';
import { Command, InvalidArgumentError } from 'commander';
import { createReport, say } from '../../src/launcher.ts';
import { armFatalPoints } from './incarnation.ts';
import { startOneProcess } from './one-process.ts';
import { startProcesses } from './processes.ts';
import { describeBroken, type ManyOptions, runMany } from './run-many.ts';
import { anySchedule } from './schedule.ts';

interface CrashOptions {
  schedules?: number;
  seed?: number;
  only?: number;
  kill: boolean;
}

const options = new Command('crash')
  .description(
    'Lets programs die while a TMS uses the platform, and judges what the TMS was told: nothing acknowledged may be lost, what ' +
      'comes twice was in flight, sequences have no gap. Exit code 1 where a promise was broken.',
  )
  .option('--schedules <n>', 'how many (default: 200, with --kill 40)', readCount)
  .option('--seed <n>', 'the same schedules again (default: others every time)', readCount)
  .option('--only <n>', 'of these, run this one alone', readCount)
  .option('--kill', 'every program as its own process, ended by kill -9; no failpoints', false)
  .parse()
  .opts<CrashOptions>();

const report = createReport();
const shared: Omit<ManyOptions, 'startPlatform' | 'platforms'> = {
  schedules: anySchedule({ withPoints: !options.kill }),
  seed: options.seed ?? Math.floor(Math.random() * 2 ** 31),
  count: options.schedules ?? (options.kill ? 40 : 200),
  only: options.only,
  beside: 4,
  shrinkMs: 600_000,
  report,
};
const broken = options.kill
  ? await runMany({ ...shared, startPlatform: startProcesses, platforms: 1 })
  : await runInThisProcess();
const how = { seed: shared.seed, options: options.kill ? ' --kill' : '' };
for (const line of describeBroken(broken, how)) say(`BROKEN: ${line}`);
if (broken.length === 0) say('all kept');
process.exit(broken.length === 0 ? 0 : 1);

async function runInThisProcess() {
  armFatalPoints();
  const engines = await startEngines({ report });
  try {
    const startPlatform = (index: number) => startOneProcess({ ...engines, index });
    return await runMany({ ...shared, startPlatform, platforms: 3 });
  } finally {
    await engines.stop();
  }
}

function readCount(text: string): number {
  const value = Number(text);
  if (Number.isSafeInteger(value) && value >= 0) return value;
  throw new InvalidArgumentError('It is a whole number.');
}
