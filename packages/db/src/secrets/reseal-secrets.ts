import type { KeyRing } from '@envase/runtime';
import type { SealedStore, SealedValues } from './sealed-stores.ts';

export interface Resealed {
  /** By kind: how many documents were looked at, and how many of them sealed anew. */
  stores: { name: string; seen: number; resealed: number }[];
  /** What no key of the ring opens, `<kind> <id>`: it is left as it is. */
  unreadable: string[];
}

export interface ResealOptions {
  stores: readonly SealedStore[];
  ring: KeyRing;
  /** Hears of each page. */
  report?: (line: string) => void;
  pageSize?: number;
}

const passes = 5;

/**
 * Seals with the newest key of the ring whatever an older one sealed (quality S5). May be stopped and run again at any time: what was
 * done is passed over, and what a program changes meanwhile is seen by a later pass. Afterwards the older keys are needed by nothing
 * but what is named `unreadable`.
 */
export async function resealSecrets(options: ResealOptions): Promise<Resealed> {
  const unreadable = new Set<string>();
  const stores = [];
  for (const store of options.stores) {
    const done = { name: store.name, seen: 0, resealed: 0 };
    for (let pass = 1; pass <= passes; pass += 1) {
      const { seen, resealed, left } = await runPass(store, { options, unreadable });
      done.seen = seen;
      done.resealed += resealed;
      // A pass that changed something is followed by one that looks whether a program wrote back what it had read before.
      if (resealed === 0 && left === 0) break;
    }
    stores.push(done);
  }
  return { stores, unreadable: [...unreadable] };
}

interface Pass {
  seen: number;
  resealed: number;
  /** Changed between the look and the write. */
  left: number;
}

async function runPass(
  store: SealedStore,
  { options, unreadable }: { options: ResealOptions; unreadable: Set<string> },
): Promise<Pass> {
  const { report, pageSize = 100 } = options;
  const pass: Pass = { seen: 0, resealed: 0, left: 0 };
  let after: string | null = null;
  for (;;) {
    const page: SealedValues[] = await store.list(after, pageSize);
    for (const one of page) {
      const outcome = await reseal(store, one, options.ring);
      if (outcome === 'unreadable') unreadable.add(`${store.name} ${one.id}`);
      else if (outcome !== 'current') pass[outcome] += 1;
    }
    pass.seen += page.length;
    if (page.length > 0) report?.(`${store.name}: ${pass.seen} seen, ${pass.resealed} sealed anew`);
    after = page.at(-1)?.id ?? null;
    if (page.length < pageSize || after === null) return pass;
  }
}

async function reseal(
  store: SealedStore,
  { id, owner, values }: SealedValues,
  ring: KeyRing,
): Promise<'current' | 'resealed' | 'left' | 'unreadable'> {
  const old = Object.entries(values).filter(([, sealed]) => ring.needsReseal(sealed));
  if (old.length === 0) return 'current';
  const fresh = old.map(([path, sealed]) => [path, tryReseal(ring, sealed, owner)] as const);
  const readable = fresh.flatMap(([path, sealed]) => (sealed === null ? [] : [[path, sealed] as const]));
  if (readable.length < fresh.length) return 'unreadable';
  const isSwapped = await store.swap(id, Object.fromEntries(old), Object.fromEntries(readable));
  return isSwapped ? 'resealed' : 'left';
}

/** Null where no key of the ring opens it. */
function tryReseal(ring: KeyRing, sealed: string, owner: string): string | null {
  try {
    return ring.seal(ring.open(sealed, owner), owner);
  } catch {
    return null;
  }
}
