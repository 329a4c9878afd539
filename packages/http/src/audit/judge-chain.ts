import type { AuditMark, AuditRow } from './audit-store.ts';
import { hashRow, idOf, START } from './chain.ts';

/** `changed`: not what its hash says · `unlinked`: not what follows the row before · `missing`: not there. */
export type ChainFault = 'changed' | 'unlinked' | 'missing';

export interface AuditVerdict {
  chain: string;
  ok: boolean;
  /** How many rows were read. */
  rows: number;
  /** The first `n` that is wrong. */
  brokenAt: number | null;
  fault: ChainFault | null;
  /** The last row of the part that holds: to be kept elsewhere as a later mark. */
  head: AuditMark | null;
}

/**
 * Judges a chain row by row, by rising `n`. Shows a row that was changed, removed from the middle or the beginning, swapped or put
 * in. Rows removed from the end, and a chain written anew from some row on, show only by a `mark` kept elsewhere. Pure.
 */
export function createChainJudge(chain: string, mark: AuditMark | null = null) {
  let rows = 0;
  let head = START;
  let broken: { at: number; fault: ChainFault } | null = null;
  return {
    see(row: AuditRow): void {
      rows += 1;
      if (broken !== null) return;
      const fault = judgeRow(row, { chain, head, mark });
      if (fault === null) head = { n: row.n, hash: row.hash };
      else broken = { at: head.n + 1, fault };
    },
    end(): AuditVerdict {
      if (broken === null && mark !== null && head.n < mark.n) broken = { at: head.n + 1, fault: 'missing' };
      return {
        chain,
        ok: broken === null,
        rows,
        brokenAt: broken?.at ?? null,
        fault: broken?.fault ?? null,
        head: head.n === 0 ? null : head,
      };
    },
  };
}

function judgeRow(
  row: AuditRow,
  { chain, head, mark }: { chain: string; head: AuditMark; mark: AuditMark | null },
): ChainFault | null {
  const n = head.n + 1;
  if (row.n !== n) return row.n > n ? 'missing' : 'unlinked';
  if (row.chain !== chain || row._id !== idOf(chain, n) || hashRow(row) !== row.hash) return 'changed';
  if (row.previous !== head.hash) return 'unlinked';
  return mark !== null && mark.n === n && mark.hash !== row.hash ? 'changed' : null;
}
