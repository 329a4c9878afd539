import type { Clock } from '@envase/runtime';
import { createAppendRow } from './append-row.ts';
import type { AuditStore } from './audit-store.ts';

// Longer than any call lasts: what is still noted then belongs to a process that ended.
const CUT_OFF_MS = 10 * 60_000;
const PAGE = 100;

/**
 * Gives every call that was cut off (noted more than 10 minutes ago, without a row) its row, `status` null: whether it was done is
 * not known. Resolves to how many. For the start of a program and once in a while; may run in several processes at once.
 */
export async function settleAudit({
  store,
  clock,
}: {
  store: AuditStore;
  clock: Pick<Clock, 'now'>;
}): Promise<number> {
  const append = createAppendRow(store);
  const before = new Date(clock.now() - CUT_OFF_MS);
  let settled = 0;
  for (;;) {
    const calls = await store.findOpen(before, PAGE);
    for (const call of calls) {
      await append(call, { status: null, isReplay: false, before: null, after: null });
      await store.close(call);
    }
    settled += calls.length;
    if (calls.length < PAGE) return settled;
  }
}
