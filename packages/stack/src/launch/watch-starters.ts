import { readFileSync } from 'node:fs';
import { basename } from 'node:path';

const lookMs = 300;

/**
 * Calls back once when one of the processes between us and the package manager that runs us is gone. npm, pnpm and their shells
 * do not hand a signal on, so where somebody ends `npx pnpm stack` its death is all that is to be seen. Whoever
 * started the package manager may go. Sees them on Linux; elsewhere Ctrl-C, which reaches all, is the way to stop.
 */
export function watchStarters(onGone: () => void): void {
  const starters = findStarters(process.ppid);
  if (starters.length === 0) return;
  const timer = setInterval(() => {
    if (starters.every(isAlive)) return;
    clearInterval(timer);
    onGone();
  }, lookMs).unref();
}

interface Process {
  pid: number;
  parent: number;
  argv: string[];
}

/** From a process up to the highest package manager above it; none where none is. */
function findStarters(pid: number): number[] {
  const line: Process[] = [];
  for (let one = readProcess(pid); one !== null; one = readProcess(one.parent)) line.push(one);
  const highest = line.findLastIndex(isPackageManager);
  return line.slice(0, highest + 1).map((one) => one.pid);
}

/** By its name, the script that node runs, or the script that a shell runs node with. */
function isPackageManager({ argv }: Process): boolean {
  const [title = ''] = argv;
  const words = [title.split(' ')[0] ?? '', ...argv.slice(0, 3)];
  return words.some((word) => /^(npm|npx|pnpm)(-cli)?(\.[cm]?js)?$/.test(basename(word)));
}

function readProcess(pid: number): Process | null {
  if (pid <= 1) return null;
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    // After the name, which may hold anything: the state, then the parent.
    const [, parent = '0'] = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    const argv = readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0');
    return { pid, parent: Number(parent), argv };
  } catch {
    return null; // no such process, or no Linux
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
