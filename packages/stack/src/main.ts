import { Command } from 'commander';
import { describeStack } from './describe-stack.ts';
import { createReport, say, untilInterrupted, withStack } from './launcher.ts';
import { addLaunchOptions, type LaunchOptions, readLaunchOptions } from './options.ts';

const command = new Command('stack')
  .usage('[options]')
  .description(
    'Starts MongoDB, Redis, every program and simulated providers on this machine, and runs until Ctrl-C.',
  )
  .addHelpText(
    'after',
    `
What is running stands in stack.json of the data folder. \`pnpm envase --data <dir> client list\` works on it.`,
  );

await addLaunchOptions(command, { speed: '1', allowHttpHooks: '' })
  .action(async (options: LaunchOptions) => {
    const launch = readLaunchOptions(options, { speed: 1, report: createReport() });
    await withStack(launch, async (stack, interrupted) => {
      say(describeStack(stack.file, launch.dataDir));
      say('Everything is ready. Ctrl-C stops it.');
      return untilInterrupted(interrupted);
    });
  })
  .parseAsync();
