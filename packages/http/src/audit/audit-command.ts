import { type Clock, newUuid } from '@envase/runtime';
import { presentError } from '../error-answer.ts';
import { createAppendRow } from './append-row.ts';
import type { AuditCall, AuditOutcome, AuditStore } from './audit-store.ts';
import { hashOf } from './chain.ts';

export interface CommandCall {
  /** An organization, or `platform`. */
  chain: string;
  /** Who gives it: stands where a call has its address. */
  by: string;
  /** Its words without what it is about: `envase pause provider`. */
  command: string;
  /** Id of what it is about. */
  target: string;
}

/** A thing as it was and as it is now; null where it was not, or is no more. */
export interface Changed {
  before: object | null;
  after: object | null;
}

/**
 * Runs an operator's command so that it leaves one row as a mutating call does (quality S10): method `COMMAND`, no client. Noted before
 * it is done; a command that was cut off keeps its note, and `settleAudit` gives it a row without a status.
 */
export async function auditCommand<T extends Changed>(
  { store, clock }: { store: AuditStore; clock: Pick<Clock, 'now'> },
  command: CommandCall,
  work: () => Promise<T>,
): Promise<T> {
  const append = createAppendRow(store);
  const call = describeCommand(command, clock);
  const record = async (outcome: AuditOutcome) => {
    await append(call, outcome);
    await store.close(call);
  };
  await store.open(call);
  let changed: T;
  try {
    changed = await work();
  } catch (error) {
    const { status } = presentError(error, call.requestId);
    // Where this fails too, the note stays for `settleAudit`: what the operator hears is why the command failed.
    await Promise.allSettled([record({ status, isReplay: false, before: null, after: null })]);
    throw error;
  }
  const { before, after } = changed;
  await record({
    status: 200,
    isReplay: false,
    before: before && hashOf(before),
    after: after && hashOf(after),
  });
  return changed;
}

function describeCommand({ chain, by, command, target }: CommandCall, clock: Pick<Clock, 'now'>): AuditCall {
  const callId = newUuid();
  return {
    callId,
    chain,
    at: new Date(clock.now()),
    requestId: callId,
    clientId: null,
    tokenId: null,
    address: by,
    method: 'COMMAND',
    route: command,
    target,
  };
}
