import type { TraceErrorCode } from '@envase/contracts';
import type { ProviderStateDoc, ProviderStateRepository, TraceDoc } from '@envase/db';
import { type Clock, hashId } from '@envase/runtime';

type States = Pick<ProviderStateRepository, 'get' | 'getMany' | 'swap'>;
type Tell = { count: number; ids: string[] };

export interface Tellings {
  /** For a failed attempt: which traces carry the news, one of each group whose window is new. */
  open(traces: readonly TraceDoc[], code: TraceErrorCode): Promise<Map<string, Tell>>;
  /** For an attempt that succeeded: the next failure is news again. */
  close(traces: readonly TraceDoc[]): Promise<void>;
}

const windowMs = 30 * 60_000;
const namedIds = 100;

/**
 * Error windows (contract s4, s10): each (organization, service, type, provider, site, code) is told of the first failed
 * attempt of 30 minutes, with that attempt's own boxes only; a success ends the window.
 */
export function createTellings(deps: { states: States; clock: Clock }): Tellings {
  const { states, clock } = deps;
  // Windows this process knows to be closed: a success costs no read while nothing failed.
  const closed = new Set<string>();
  return {
    async open(traces, code) {
      const tells = new Map<string, Tell>();
      for (const [key, group] of groupByAudience(traces)) {
        closed.delete(key);
        const [first] = group;
        if (first && (await claim(states, { key, code, now: clock.now(), lengthMs: clock.wait(windowMs) }))) {
          const ids = [...new Set(group.map((trace) => trace.number))];
          tells.set(first._id, { count: ids.length, ids: ids.slice(0, namedIds) });
        }
      }
      return tells;
    },
    async close(traces) {
      const keys = [...groupByAudience(traces).keys()].filter((key) => !closed.has(key));
      if (keys.length === 0) return;
      const found = await states.getMany(keys);
      for (const state of found)
        if (isOpen(state)) await states.swap(state.rev, { ...state, rev: state.rev + 1, told: {} });
      for (const key of keys) closed.add(key);
      setTimeout(() => {
        for (const key of keys) closed.delete(key);
      }, rereadMs).unref();
    },
  };
}

// Another process may have opened a window meanwhile.
const rereadMs = 5_000;

function isOpen(state: ProviderStateDoc): boolean {
  return Object.keys(state.told ?? {}).length > 0;
}

async function claim(
  states: States,
  window: { key: string; code: TraceErrorCode; now: number; lengthMs: number },
): Promise<boolean> {
  const { key, code, now, lengthMs } = window;
  const state = await states.get(key);
  const toldAt = state?.told?.[code];
  if (toldAt && now - toldAt.getTime() < lengthMs) return false;
  const rev = state?.rev ?? null;
  return states.swap(rev, {
    ...state,
    _id: key,
    rev: (rev ?? 0) + 1,
    told: { ...state?.told, [code]: new Date(now) },
  });
}

function groupByAudience(traces: readonly TraceDoc[]): Map<string, TraceDoc[]> {
  const groups = new Map<string, TraceDoc[]>();
  for (const trace of traces) {
    const { providerId, orgId, svcId, type, siteId, isTest } = trace;
    const key = `told~${hashId(providerId, orgId, svcId, type, siteId, String(isTest))}`;
    groups.set(key, [...(groups.get(key) ?? []), trace]);
  }
  return groups;
}
