import type { StoredSigningKey } from '../ports.ts';

/** How long a key signs, how long it is published before it does, and how long after (contract s1, quality S2). */
export interface KeyRules {
  rotateAfterMs: number;
  /** Resource servers fetch every 5 minutes: twice that, so that none meets a key it could not know. */
  leadMs: number;
  /** Longer than the last token of a replaced key lives. */
  retainMs: number;
}

export const defaultKeyRules: KeyRules = {
  rotateAfterMs: 30 * 86_400_000,
  leadMs: 10 * 60_000,
  retainMs: 65 * 60_000,
};

/** The number of a slot: `k12` → 12. */
export function slotOf(key: Pick<StoredSigningKey, '_id'>): number {
  return Number(key._id.slice(1));
}

export function slotName(slot: number): string {
  return `k${slot}`;
}

export interface KeyTimeline {
  /** The one that signs: the highest slot whose time has come. */
  current: StoredSigningKey | null;
  /** Published, does not sign yet. */
  next: StoredSigningKey | null;
  /** In the key set: next, current, and replaced ones that tokens may still name. */
  published: StoredSigningKey[];
  /** Nobody needs these any more. */
  outdated: StoredSigningKey[];
}

/** Reads off the stored times what each key is at a moment; every process comes to the same answer. */
export function readTimeline(keys: readonly StoredSigningKey[], nowMs: number, rules: KeyRules): KeyTimeline {
  const newestFirst = keys.toSorted((a, b) => slotOf(b) - slotOf(a));
  // The oldest stands in where a clock lags behind the process that made it.
  const oldest = newestFirst.findLast((key) => key.activeFrom !== null);
  const current = newestFirst.find((key) => isActive(key, nowMs)) ?? oldest ?? null;
  const ahead = newestFirst.filter((key) => current === null || slotOf(key) > slotOf(current));
  const replaced = newestFirst.filter((key) => current !== null && slotOf(key) < slotOf(current));
  const isKept = (key: StoredSigningKey) => nowMs < replacedAt(key, newestFirst) + rules.retainMs;
  return {
    current,
    next: ahead.at(-1) ?? null,
    published: [...ahead, ...(current ? [current] : []), ...replaced.filter(isKept)],
    outdated: replaced.filter((key) => !isKept(key)),
  };
}

function isActive(key: StoredSigningKey, nowMs: number): boolean {
  return key.activeFrom !== null && key.activeFrom.getTime() <= nowMs;
}

/** When the first of its successors began to sign. */
function replacedAt(key: StoredSigningKey, keys: readonly StoredSigningKey[]): number {
  const successors = keys.filter((other) => slotOf(other) > slotOf(key));
  return Math.min(...successors.map((one) => one.activeFrom?.getTime() ?? Number.POSITIVE_INFINITY));
}

/** The earliest time at which a key may sign: now, or when it will have been published for long enough. */
export function activationTime(next: StoredSigningKey, nowMs: number, rules: KeyRules): number {
  return Math.max(nowMs, next.createdAt.getTime() + rules.leadMs);
}

/** Whether the current key is old enough to be replaced. */
export function isDue(current: StoredSigningKey, nowMs: number, rules: KeyRules): boolean {
  return current.activeFrom !== null && nowMs - current.activeFrom.getTime() >= rules.rotateAfterMs;
}
