/** Whether the process is there. */
export function isAlive(pid: number | undefined): boolean {
  if (pid === undefined) throw new Error('no process id');
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}
