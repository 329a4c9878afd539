import { hostname, userInfo } from 'node:os';
import type { Database } from '@envase/db';
import { auditCommand, type Changed } from '@envase/http';
import { createClock } from '@envase/runtime';

/** Who gives the command: user and machine. */
export function nameOperator(): string {
  return `${readUserName()}@${hostname()}`;
}

/** Does what a command changes and leaves one row of it in the audit (quality S10). */
export function audited<T extends Changed>(
  { repositories }: Pick<Database, 'repositories'>,
  call: { chain: string; command: string; target: string },
  work: () => Promise<T>,
): Promise<T> {
  const by = { store: repositories.audit, clock: createClock() };
  return auditCommand(by, { ...call, by: nameOperator() }, work);
}

function readUserName(): string {
  try {
    return userInfo().username;
  } catch {
    // A container may run as a user that its system has no name for.
    return `uid ${process.getuid?.() ?? 'unknown'}`;
  }
}
