import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { onTestFinished } from 'vitest';
import { compiledDir } from '../src/launch/run-as-process.ts';

export const sourceOf = (name: string) => fileURLToPath(new URL(`../src/${name}`, import.meta.url));

export interface Command {
  child: ChildProcess;
  /** What it has printed. */
  out(): string;
  err(): string;
  /** Its exit code; null after a signal that it did not handle. */
  ended: Promise<number | null>;
}

/** Starts a program as a person would, with nothing of the test's own variables; ended with the test. */
export function startCommand(command: string, args: string[]): Command {
  const env = { PATH: process.env.PATH, HOME: process.env.HOME, NODE_COMPILE_CACHE: compiledDir() };
  const child = spawn(command, args, { env, stdio: ['ignore', 'pipe', 'pipe'] });
  onTestFinished(() => void child.kill('SIGKILL'));
  const texts = { out: '', err: '' };
  child.stdout.on('data', (chunk: Buffer) => {
    texts.out += chunk.toString();
  });
  child.stderr.on('data', (chunk: Buffer) => {
    texts.err += chunk.toString();
  });
  // Typed by Node: the code, null after a signal.
  const ended = once(child, 'close').then(([code]) => code as number | null);
  return { child, out: () => texts.out, err: () => texts.err, ended };
}

/** Runs one of our commands to its end. */
export async function runCommand(name: string, args: string[]) {
  const { out, err, ended } = startCommand(process.execPath, [sourceOf(name), ...args]);
  const code = await ended;
  return { code, out: out(), err: err() };
}
