import type { FailureReport, ProviderStateDoc, ProviderStateRepository } from '@envase/db';
import { afterFailure, closedBreaker } from '@envase/domain';
import type { Clock } from '@envase/runtime';

export interface ProviderHealth {
  succeeded(): Promise<void>;
  failed(failure: FailureReport): Promise<void>;
}

/** Of test traces: a scenario that fails is nobody's outage, and must not keep other test traces waiting. */
export const alwaysWell: ProviderHealth = { succeeded: async () => undefined, failed: async () => undefined };

// A success is written at most this often while nothing fails.
const successEveryMs = 10_000;
const openAfter = 5;

/** Keeps a provider's breaker and last success in MongoDB, where the pump and the catalogue read it. */
export function createProviderHealth(deps: {
  states: ProviderStateRepository;
  clock: Clock;
  providerId: string;
}): ProviderHealth {
  const { states, clock, providerId } = deps;
  let quietUntil = 0;
  const change = (make: (state: ProviderStateDoc) => Partial<ProviderStateDoc>) =>
    update(states, { providerId, make });
  return {
    async succeeded() {
      const now = clock.now();
      if (now < quietUntil) return;
      await change(() => ({ breaker: closedBreaker, lastSuccessAt: new Date(now) }));
      quietUntil = now + successEveryMs;
    },
    async failed(failure) {
      const now = clock.now();
      quietUntil = 0;
      const isOurs = failure.code === 'login_failed';
      await change((state) => ({
        lastFailureAt: new Date(now),
        // A refused login is not an outage: asking again soon costs little and ends once it is mended.
        ...(isOurs
          ? {}
          : {
              breaker: afterFailure(state.breaker ?? closedBreaker, { now, openAfter, waitOf: clock.wait }),
            }),
      }));
    },
  };
}

async function update(
  states: ProviderStateRepository,
  change: { providerId: string; make: (state: ProviderStateDoc) => Partial<ProviderStateDoc> },
): Promise<void> {
  for (;;) {
    const current = await states.get(change.providerId);
    const state = current ?? { _id: change.providerId, rev: 0 };
    const next = { ...state, ...change.make(state), rev: state.rev + 1 };
    if (await states.swap(current?.rev ?? null, next)) return;
  }
}
