import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { TaskRun } from './sum-results.ts';

export interface TurboOptions {
  /** The workspace's top folder. */
  root: string;
  tasks: readonly string[];
  /** Passed on as they are, e.g. `--filter @envase/egress`. */
  args: readonly string[];
  env?: Record<string, string>;
}

export interface TurboRun {
  exitCode: number;
  /** Empty where turbo could not even begin. */
  runs: TaskRun[];
}

/** Runs tasks of the workspace's packages, output going straight through, and says how each task ended. */
export async function runTurbo({ root, tasks, args, env = {} }: TurboOptions): Promise<TurboRun> {
  const before = await listSummaries(root);
  const flags = ['--concurrency=2', '--continue', '--summarize'];
  const child = spawn(join(root, 'node_modules/.bin/turbo'), ['run', ...tasks, ...flags, ...args], {
    cwd: root,
    env: { ...process.env, ...env, TURBO_TELEMETRY_DISABLED: '1' },
    stdio: 'inherit',
  });
  const forward = (signal: NodeJS.Signals) => child.kill(signal);
  process.on('SIGTERM', forward).on('SIGINT', forward);
  // Typed by Node: the code, null after a signal.
  const [exitCode] = (await once(child, 'close')) as [number | null];
  process.off('SIGTERM', forward).off('SIGINT', forward);
  const fresh = (await listSummaries(root)).filter((file) => !before.includes(file));
  return { exitCode: exitCode ?? 1, runs: await readLatest(fresh) };
}

async function listSummaries(root: string): Promise<string[]> {
  const dir = join(root, '.turbo/runs');
  try {
    return (await readdir(dir)).map((name) => join(dir, name));
  } catch {
    return []; // the first run makes the folder
  }
}

interface Summary {
  execution: { endTime: number };
  tasks: { package: string; task: string; execution?: { exitCode?: number } }[];
}

async function readLatest(files: readonly string[]): Promise<TaskRun[]> {
  const texts = await Promise.all(files.map((file) => readFile(file, 'utf8')));
  const summaries = texts.map((text) => JSON.parse(text) as Summary); // turbo's own format, version 1
  const latest = summaries.sort((a, b) => b.execution.endTime - a.execution.endTime)[0];
  return (latest?.tasks ?? []).map(({ package: name, task, execution }) => ({
    package: name,
    task,
    ...(execution?.exitCode === undefined ? {} : { exitCode: execution.exitCode }),
  }));
}
