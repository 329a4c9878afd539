import type { ProviderStateRepository, ReadPaused } from '@envase/db';
import { isAskable } from '@envase/domain';
import type { Clock } from '@envase/runtime';

/** Whether providers may be asked now, as operators and their breakers have it. */
export interface Askable {
  /**
   * `no` while an operator has paused it, `yes` while the breaker is closed, `probe` once its time has passed and no probe is under way,
   * else `no`.
   */
  ask(providerId: string): Promise<'yes' | 'probe' | 'no'>;
  /** A probe was queued: no second one before `until`, unless the breaker opens anew. */
  probed(providerId: string, until: number): void;
}

/** Reads breakers where the tracer keeps them. Probes are remembered per process: of n instances each may send one. */
export function createAskable(deps: {
  states: Pick<ProviderStateRepository, 'get'>;
  readPaused: ReadPaused;
  clock: Clock;
}): Askable {
  const { states, readPaused, clock } = deps;
  const opened = new Map<string, number>();
  const probes = new Map<string, { opened: number; until: number }>();
  return {
    async ask(providerId) {
      if ((await readPaused()).providers.has(providerId)) return 'no';
      const breaker = (await states.get(providerId))?.breaker;
      const now = clock.now();
      const answer = isAskable(breaker, now);
      if (answer !== 'probe') return answer;
      const openedUntil = breaker?.until?.getTime() ?? 0;
      opened.set(providerId, openedUntil);
      const probe = probes.get(providerId);
      return probe?.opened === openedUntil && now < probe.until ? 'no' : 'probe';
    },
    probed(providerId, until) {
      probes.set(providerId, { opened: opened.get(providerId) ?? 0, until });
    },
  };
}
