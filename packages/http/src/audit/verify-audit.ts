import type { AuditCall, AuditMark, AuditStore } from './audit-store.ts';
import { type AuditVerdict, createChainJudge } from './judge-chain.ts';

type Reader = Pick<AuditStore, 'forEachRow' | 'chains' | 'findOpen'>;

/** Reads a chain from its beginning and says whether it holds (quality S10); `mark` is a row known from elsewhere. */
export async function verifyAudit(
  store: Pick<AuditStore, 'forEachRow'>,
  chain: string,
  mark: AuditMark | null = null,
): Promise<AuditVerdict> {
  const judge = createChainJudge(chain, mark);
  await store.forEachRow(chain, judge.see);
  return judge.end();
}

export interface AuditReport {
  /** False when one chain is broken. */
  ok: boolean;
  chains: AuditVerdict[];
  /** Calls that were begun and have no row (yet): under way, or cut off by the end of a process. The oldest 1,000. */
  unfinished: AuditCall[];
}

const MAX_UNFINISHED = 1_000;

/**
 * `envase audit verify`: every chain, or one. `marks` are the heads of an earlier report by chain: a chain cut short or written anew
 * since then is broken. Writes nothing.
 */
export async function verifyAuditCommand(
  { store, now = new Date() }: { store: Reader; now?: Date },
  options: { chain?: string; marks?: Readonly<Record<string, AuditMark>> } = {},
): Promise<AuditReport> {
  const marks = new Map(Object.entries(options.marks ?? {}));
  const all = options.chain === undefined ? [...(await store.chains()), ...marks.keys()] : [options.chain];
  const chains: AuditVerdict[] = [];
  for (const chain of [...new Set(all)].sort()) {
    chains.push(await verifyAudit(store, chain, marks.get(chain)));
  }
  const unfinished = await store.findOpen(now, MAX_UNFINISHED);
  return { ok: chains.every(({ ok }) => ok), chains, unfinished };
}
