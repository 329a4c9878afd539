import type { RunningProgram } from './running-program.ts';

// First who accepts work, then who does it, then what they asked.
const order: readonly (readonly string[])[] = [
  ['connect-data'],
  ['trace-manager', 'tracer', 'webhook-delivery', 'ops'],
  ['identity-manager', 'simulator'],
];

/** Stops what runs, group after group; all of it, whatever fails on the way. */
export async function stopInOrder(
  running: readonly RunningProgram[],
  report: (line: string) => void,
): Promise<void> {
  for (const names of order) {
    const group = running.filter(({ name }) => names.includes(name));
    if (group.length === 0) continue;
    report(`Stopping ${group.map(({ name }) => name).join(', ')}`);
    const settled = await Promise.allSettled(group.map((program) => program.stop()));
    for (const [index, one] of settled.entries())
      if (one.status === 'rejected') report(`${group[index]?.name} did not stop well: ${one.reason}`);
  }
}
