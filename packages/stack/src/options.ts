import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type Command, InvalidArgumentError, Option } from 'commander';
import type { StackOptions } from './launch/start-stack.ts';

/** What `pnpm stack` and `pnpm demo` can be told. */
export interface LaunchOptions {
  processes: boolean;
  data?: string;
  portBase?: number;
  speed?: number;
  allowHttpHooks: string;
  mongodbUri?: string;
  redisUrl?: string;
  logLevel: string;
}

const root = fileURLToPath(new URL('../../..', import.meta.url));

/** Ignored by git; survives restarts. */
export const defaultDataDir = resolve(root, '.data');
const defaultPortBase = 3_000;

/** Adds the options that all launchers share. */
export function addLaunchOptions(
  command: Command,
  defaults: { speed: string; allowHttpHooks: string },
): Command {
  return command
    .option('--processes', 'every program as its own process, restarted when it dies', false)
    .option('--data <dir>', 'folder for databases, logs and secrets, kept over restarts (default: .data)')
    .option('--port-base <n>', 'first of the ports n to n+3 and n+10 to n+15 (default: 3000)', readPortBase)
    .option(
      '--speed <n>',
      `business waits last n times less, 1440 is a day a minute (default: ${defaults.speed})`,
      readSpeed,
    )
    .option(
      '--allow-http-hooks <hosts>',
      'hosts, comma-separated, that web-hooks may reach by http and on any port',
      defaults.allowHttpHooks,
    )
    .addOption(new Option('--mongodb-uri <uri>', 'use this MongoDB and start none').env('MONGODB_URI'))
    .addOption(new Option('--redis-url <url>', 'use this Redis and start none').env('REDIS_URL'))
    .addOption(
      new Option('--log-level <level>', 'of the log files')
        .choices(['debug', 'info', 'warn', 'error'])
        .default('info'),
    );
}

/** The same for the launcher; `speed` where none is given. Blank addresses count as none. */
export function readLaunchOptions(
  options: LaunchOptions,
  by: { speed: number; report: (line: string) => void },
): StackOptions {
  return {
    dataDir: options.data === undefined ? defaultDataDir : resolve(options.data),
    portBase: options.portBase ?? defaultPortBase,
    speed: options.speed ?? by.speed,
    asProcesses: options.processes,
    allowHttpHooks: options.allowHttpHooks,
    logLevel: options.logLevel,
    mongodbUri: options.mongodbUri || undefined,
    redisUrl: options.redisUrl || undefined,
    report: by.report,
  };
}

function readPortBase(text: string): number {
  const value = Number(text);
  if (Number.isInteger(value) && value >= 1 && value <= 65_000) return value;
  throw new InvalidArgumentError('It is a port from 1 to 65000.');
}

function readSpeed(text: string): number {
  const value = Number(text);
  if (Number.isFinite(value) && value > 0) return value;
  throw new InvalidArgumentError('It is a number above 0.');
}
