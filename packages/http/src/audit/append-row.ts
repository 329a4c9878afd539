import { setTimeout as delay } from 'node:timers/promises';
import { AppError } from '@envase/runtime';
import type { AuditCall, AuditOutcome, AuditRow, AuditStore } from './audit-store.ts';
import { linkRow } from './chain.ts';

export type AppendRow = (call: AuditCall, outcome: AuditOutcome) => Promise<AuditRow>;

// Each lost race is a row that another process wrote; those of this process take turns.
const TRIES = 100;
const MAX_PAUSE_MS = 10;

/** Appends rows to their chains: row head + 1, and where that is taken, the head is read again. */
export function createAppendRow(store: Pick<AuditStore, 'head' | 'insert'>): AppendRow {
  const takeTurns = createTurns();
  return (call, outcome) => takeTurns(call.chain, () => append(store, call, outcome));
}

async function append(
  store: Pick<AuditStore, 'head' | 'insert'>,
  call: AuditCall,
  outcome: AuditOutcome,
): Promise<AuditRow> {
  for (let tried = 0; tried < TRIES; tried += 1) {
    const row = linkRow(await store.head(call.chain), call, outcome);
    if (await store.insert(row)) return row;
    // Out of step with whoever won, or it could win every time.
    await delay(Math.random() * MAX_PAUSE_MS);
  }
  throw new AppError('unavailable', 'The audit is being written by others', { retryAfterSeconds: 1 });
}

/** Runs works of one name one after the other. */
function createTurns() {
  const last = new Map<string, Promise<unknown>>();
  return <T>(name: string, work: () => Promise<T>): Promise<T> => {
    const before = last.get(name) ?? Promise.resolve();
    const mine = before.then(work, work);
    last.set(name, mine);
    const forget = () => {
      if (last.get(name) === mine) last.delete(name);
    };
    // Who waits for `mine` hears of its failure.
    mine.then(forget, forget);
    return mine;
  };
}
