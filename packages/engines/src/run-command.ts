import { execFile } from 'node:child_process';
import { access, constants } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import { childEnvironment } from './config.ts';

export interface CommandResult {
  ok: boolean;
  /** Standard output and standard error, shown to people only when `ok` is false. */
  output: string;
}

/** Runs a program to its end with its output kept; a program that is missing is `ok: false`. */
export function runCommand(
  command: readonly [string, ...string[]],
  env: Record<string, string> = {},
): Promise<CommandResult> {
  const [program, ...args] = command;
  const options = { env: childEnvironment(env), maxBuffer: 64 * 1024 * 1024 };
  return new Promise((resolve) => {
    const child = execFile(program, args, options, (error, stdout, stderr) => {
      const output = `${stdout}${stderr}`.trim();
      resolve({ ok: error === null, output: output || (error?.message ?? '') });
    });
    child.stdin?.end();
  });
}

/** The last lines of a failed program's output. */
export function tailOf(output: string, lines = 15): string {
  return output.split('\n').slice(-lines).join('\n');
}

/** The first executable of that name on the search path. */
export async function findOnPath(name: string, path: string): Promise<string | undefined> {
  for (const dir of path.split(delimiter).filter(Boolean)) {
    const candidate = join(dir, name);
    if (await isExecutable(candidate)) return candidate;
  }
  return undefined;
}

/** Whether the file exists and may be run. */
export async function isExecutable(file: string): Promise<boolean> {
  try {
    await access(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
