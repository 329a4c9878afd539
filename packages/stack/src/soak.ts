import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Command, InvalidArgumentError } from 'commander';
import { describeStack } from './describe-stack.ts';
import { findPortBase } from './launch/ports.ts';
import { createReport, say, withStack } from './launcher.ts';
import { addLaunchOptions, type LaunchOptions, readLaunchOptions } from './options.ts';
import { runSoak } from './soak/run-soak.ts';

// A day is a minute.
const usualSpeed = 1_440;
const usualContainers = 20_000;
const usualHours = 120;

type Options = LaunchOptions & { containers: number; hours: number };

async function soak(options: Options): Promise<void> {
  const temporary = options.data === undefined ? mkdtempSync(join(tmpdir(), 'envase-soak-')) : null;
  if (temporary !== null) process.once('exit', () => rmSync(temporary, { recursive: true, force: true }));
  const portBase = options.portBase ?? (await findPortBase());
  const data = temporary === null ? {} : { data: temporary };
  const launch = readLaunchOptions(
    { ...options, ...data, portBase },
    { speed: usualSpeed, report: createReport() },
  );
  const { containers, hours } = options;
  await withStack(launch, (stack, interrupted) => {
    say(describeStack(stack.file, launch.dataDir));
    return runSoak(stack, { containers, hours, speed: launch.speed, interrupted });
  });
}

function readCount(text: string): number {
  const value = Number(text);
  if (Number.isInteger(value) && value >= 1 && value <= 100_000) return value;
  throw new InvalidArgumentError('It is a number from 1 to 100000.');
}

function readHours(text: string): number {
  const value = Number(text);
  if (Number.isFinite(value) && value > 0) return value;
  throw new InvalidArgumentError('It is a number above 0.');
}

const command = new Command('soak')
  .usage('[options]')
  .description(
    'Runs many containers through the whole platform, simulated providers failing in turn, and judges every one by its script.',
  )
  .option('--containers <n>', 'how many', readCount, usualContainers)
  .option('--hours <n>', 'simulated hours over which their journeys begin', readHours, usualHours);

await addLaunchOptions(command, { speed: `${usualSpeed}`, allowHttpHooks: '127.0.0.1' })
  .addHelpText(
    'after',
    `
The data folder is a temporary one and the ports are free ones, unless given. Exit code 1 where a container did not reach the end of
its script, was told a status before its time, or has a gap in its sequence. The stand-in for MongoDB keeps up with some hundred
containers:

  pnpm soak --containers 200 --hours 24
  pnpm soak --mongodb-uri mongodb://127.0.0.1:27017`,
  )
  .action((options: Options) => soak(options))
  .parseAsync();
