import type { AuditCall, AuditRow, AuditStore } from '../src/audit/audit-store.ts';
import type { IdempotencyClaim, IdempotencyStore } from '../src/idempotency/idempotency-store.ts';

type Key = IdempotencyClaim & { answer?: string };

/** Keys in memory, as the repository keeps them; each call lets others run first, as a database would. */
export function createMemoryKeys(): IdempotencyStore & { keys: Map<string, Key> } {
  const keys = new Map<string, Key>();
  const held = (id: string, owner: string) => {
    const key = keys.get(id);
    return key?.owner === owner && key.answer === undefined ? key : undefined;
  };
  return {
    keys,
    async begin(claim) {
      await turn();
      const known = keys.get(claim.id);
      const isOver =
        known &&
        (known.expiresAt <= claim.now || (known.answer === undefined && known.leaseUntil <= claim.now));
      if (!known || isOver) {
        keys.set(claim.id, claim);
        return { outcome: 'begun' };
      }
      if (known.bodyHash !== claim.bodyHash) return { outcome: 'mismatch' };
      return known.answer === undefined ? { outcome: 'running' } : { outcome: 'done', answer: known.answer };
    },
    async renew(id, owner, leaseUntil) {
      await turn();
      const key = held(id, owner);
      if (key) key.leaseUntil = leaseUntil;
      return key !== undefined;
    },
    async finish(id, owner, answer) {
      await turn();
      const key = held(id, owner);
      if (key) key.answer = answer;
      return key !== undefined;
    },
    async release(id, owner) {
      await turn();
      if (held(id, owner)) keys.delete(id);
    },
  };
}

/** Chains in memory: rows by id, one per call, and the notes of calls without one. */
export function createMemoryAudit(): AuditStore & { rows: AuditRow[]; notes: Map<string, AuditCall> } {
  const rows: AuditRow[] = [];
  const notes = new Map<string, AuditCall>();
  const ofChain = (chain: string) =>
    rows.filter((row) => row.chain === chain).sort((one, other) => one.n - other.n);
  return {
    rows,
    notes,
    async open(call) {
      await turn();
      notes.set(call.callId, call);
    },
    async close({ callId }) {
      await turn();
      notes.delete(callId);
    },
    async findOpen(before, limit) {
      await turn();
      return [...notes.values()].filter(({ at }) => at < before).slice(0, limit);
    },
    async head(chain) {
      await turn();
      const last = ofChain(chain).at(-1);
      return last ? { n: last.n, hash: last.hash } : null;
    },
    async insert(row) {
      await turn();
      if (rows.some(({ callId }) => callId === row.callId)) return true;
      if (rows.some(({ _id }) => _id === row._id)) return false;
      rows.push(row);
      return true;
    },
    async chains() {
      await turn();
      return [...new Set(rows.map(({ chain }) => chain))];
    },
    async forEachRow(chain, visit) {
      await turn();
      ofChain(chain).forEach(visit);
    },
  };
}

function turn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
