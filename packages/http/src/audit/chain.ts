import { hash } from 'node:crypto';
import { canonicalJson } from '../canonical-json.ts';
import type { AuditCall, AuditMark, AuditOutcome, AuditRow } from './audit-store.ts';

/** Where a chain begins. */
export const START: AuditMark = { n: 0, hash: '0'.repeat(64) };

/** The row that follows `head` in its chain. */
export function linkRow(head: AuditMark | null, call: AuditCall, outcome: AuditOutcome): AuditRow {
  const { n, hash: previous } = head ?? START;
  const row = { _id: idOf(call.chain, n + 1), n: n + 1, ...call, ...outcome, previous };
  return { ...row, hash: hashOf(row) };
}

export function idOf(chain: string, n: number): string {
  return `${chain}~${n}`;
}

/** What the `hash` of a row is to be: over all that is stored of it, so that a member put into it shows too. */
export function hashRow({ hash: _, ...row }: AuditRow): string {
  return hashOf(row);
}

/** SHA-256 in hex over canonical JSON. */
export function hashOf(value: object): string {
  return hash('sha256', canonicalJson(value), 'hex');
}
