import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import type { Writable } from 'node:stream';
import { guardChild, readEngineConfig } from '@envase/engines';
import type { RunningProgram } from './running-program.ts';

const restartAfterMs = 500;
// Programs give themselves 30 s.
const stopGraceMs = 31_000;

export interface ProcessOptions {
  name: string;
  /** Module to run, and its arguments. */
  entry: string;
  args?: readonly string[];
  env: Record<string, string>;
  log: Writable;
  /** Told of each start with the new process id. */
  onStart: (pid: number) => void;
  /** Told of each end that nobody asked for. */
  onDeath: (how: string) => void;
}

/** Runs a program as its own process and starts it again 500 ms after it dies, as a container platform would. */
export function runAsProcess(options: ProcessOptions): RunningProgram {
  let child = start(options);
  let isStopping = false;
  let timer: NodeJS.Timeout | undefined;
  const watch = () => {
    child.once('exit', (code, signal) => {
      if (isStopping) return;
      options.onDeath(signal ?? `exit code ${code}`);
      timer = setTimeout(() => {
        child = start(options);
        watch();
      }, restartAfterMs);
    });
  };
  watch();
  return {
    name: options.name,
    pid: () => child.pid ?? 0,
    async stop() {
      isStopping = true;
      clearTimeout(timer);
      await end(child);
    },
  };
}

function start({ entry, args = [], env, log, onStart }: ProcessOptions): ChildProcess {
  const child = spawn(process.execPath, [entry, ...args], {
    // Nothing of this process's own variables but what finding Node's parts needs.
    env: { PATH: process.env.PATH, HOME: process.env.HOME, NODE_COMPILE_CACHE: compiledDir(), ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
    // Ctrl-C reaches this process alone, which stops the programs in order.
    detached: true,
  });
  child.stdout?.pipe(log, { end: false });
  child.stderr?.pipe(log, { end: false });
  const { pid } = child;
  if (pid !== undefined) {
    const release = guardChild({ pid });
    child.once('exit', release);
    onStart(pid);
  }
  return child;
}

/** What programs compiled before: with it they start in half the time, which is what a kill costs. */
export function compiledDir(): string {
  return join(readEngineConfig().cacheDir, 'compiled');
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const exited = once(child, 'exit');
  child.kill('SIGTERM');
  const timer = setTimeout(() => child.kill('SIGKILL'), stopGraceMs);
  await exited;
  clearTimeout(timer);
}
