import { readFileSync } from 'node:fs';

/** Whether the process runs; one that ended and waits for its parent to notice does not. */
export function isAlive(pid: number | undefined): boolean {
  if (pid === undefined) throw new Error('no process id');
  try {
    process.kill(pid, 0);
    return process.platform !== 'linux' || !/\) Z /.test(readFileSync(`/proc/${pid}/stat`, 'utf8'));
  } catch {
    return false;
  }
}
