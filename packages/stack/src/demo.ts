import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Command } from 'commander';
import { runLive } from './demo/live.ts';
import { describeStack } from './describe-stack.ts';
import { findPortBase } from './launch/ports.ts';
import { createReport, say, withStack } from './launcher.ts';
import { runOnce } from './once/run-once.ts';
import { addLaunchOptions, type LaunchOptions, readLaunchOptions } from './options.ts';

// A journey of a day takes a minute; the scenario is over in about one.
const speeds = { live: 1_440, once: 2_400 };
/** Beside the simulator; the sample TMS belongs to nobody else. */
const tmsOffset = 4;

async function runDemo(options: LaunchOptions): Promise<void> {
  const launch = readLaunchOptions(options, { speed: speeds.live, report: createReport() });
  await withStack(launch, async (stack, interrupted) => {
    say(describeStack(stack.file, launch.dataDir));
    return runLive(stack.file, { tmsPort: launch.portBase + tmsOffset, interrupted });
  });
}

/** Beside a demo that runs: ports and a data folder of its own unless told. */
async function runScenario(options: LaunchOptions): Promise<void> {
  const temporary = options.data === undefined ? mkdtempSync(join(tmpdir(), 'envase-once-')) : null;
  if (temporary !== null) process.once('exit', () => rmSync(temporary, { recursive: true, force: true }));
  const launch = readLaunchOptions(
    {
      ...options,
      ...(temporary === null ? {} : { data: temporary }),
      portBase: options.portBase ?? (await findPortBase()),
    },
    { speed: speeds.once, report: createReport() },
  );
  await withStack(launch, (stack, interrupted) => {
    say(describeStack(stack.file, launch.dataDir));
    return runOnce(stack, interrupted);
  });
}

const command = new Command('demo')
  .usage('[options]')
  .description(
    'Runs the whole platform with simulated providers and a sample TMS, and shows what the TMS is told.',
  )
  .option(
    '--once',
    'run a fixed scenario of 30 containers, print what came of it, and end with 0 or 1',
    false,
  );

await addLaunchOptions(command, {
  speed: `${speeds.live}, with --once ${speeds.once}`,
  allowHttpHooks: '127.0.0.1',
})
  .addHelpText(
    'after',
    '\nWith --once the data folder is a temporary one and the ports are free ones, unless given.',
  )
  .action((options: LaunchOptions & { once: boolean }) =>
    options.once ? runScenario(options) : runDemo(options),
  )
  .parseAsync();
