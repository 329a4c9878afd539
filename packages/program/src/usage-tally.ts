import type { UsageCount, UsageIncrement, UsageRepository } from '@envase/db';
import { asError, type Logger } from '@envase/runtime';

export interface UsageTally {
  /** Counts work done now for a service of an organization. Returns at once and never throws. */
  add(owner: { orgId: string; svcId: string }, what: UsageCount, times?: number): void;
}

export interface UsageTallyDeps {
  usage: Pick<UsageRepository, 'add'>;
  logger: Logger;
  now?: () => number;
  everyMs?: number;
}

/**
 * Gathers what a process counts and adds it to the days in one small write a second, however much is done: a kill costs the last
 * second of figures that nothing else rests on.
 */
export function createUsageTally(deps: UsageTallyDeps): UsageTally & { stop(): Promise<void> } {
  const { usage, logger, now = Date.now, everyMs = 1_000 } = deps;
  let rows = new Map<string, UsageIncrement>();
  let timer: NodeJS.Timeout | undefined;
  let writing = Promise.resolve();
  const note = (increment: UsageIncrement): void => {
    const { date, orgId, svcId, ...counts } = increment;
    const key = JSON.stringify([date, orgId, svcId]);
    rows.set(key, addCounts(rows.get(key) ?? { date, orgId, svcId }, counts));
    timer ??= setTimeout(flush, everyMs).unref();
  };
  const write = async (taken: readonly UsageIncrement[]): Promise<void> => {
    try {
      await usage.add(taken);
    } catch (error) {
      logger.warn({ err: asError(error) }, 'Usage was not written: it is kept for the next write');
      for (const increment of taken) note(increment);
    }
  };
  const flush = (): void => {
    clearTimeout(timer);
    timer = undefined;
    const taken = [...rows.values()];
    rows = new Map();
    if (taken.length > 0) writing = writing.then(() => write(taken));
  };
  return {
    add({ orgId, svcId }, what, times = 1) {
      note({ date: new Date(now()).toISOString().slice(0, 10), orgId, svcId, [what]: times });
    },
    async stop() {
      flush();
      await writing;
      clearTimeout(timer);
    },
  };
}

function addCounts(row: UsageIncrement, counts: Partial<Record<UsageCount, number>>): UsageIncrement {
  const added = { ...row };
  // The rest of an increment are its counts.
  for (const name of Object.keys(counts) as UsageCount[])
    added[name] = (row[name] ?? 0) + (counts[name] ?? 0);
  return added;
}
