import type { ProviderManifest } from '@envase/providers';
import type { RequestBudget } from '@envase/queues';

/** The provider's own limit is used up for now: nobody's failure, the traces stay due. */
export class BudgetSpentError extends Error {
  constructor(providerId: string) {
    super(`The request budget of ${providerId} is spent for now`);
    this.name = 'BudgetSpentError';
  }
}

export type Spend = (signal: AbortSignal) => Promise<void>;

/**
 * Waits until the provider may be asked once more; budgets count requests and hold across processes. Throws
 * BudgetSpentError where the wait would outlast `maxWaitMs` or the signal.
 */
export function createSpend(deps: {
  budget: RequestBudget;
  manifest: Pick<ProviderManifest, 'id' | 'limits'>;
  credential: string;
  maxWaitMs: number;
}): Spend {
  const { budget, manifest, credential, maxWaitMs } = deps;
  const key = `${manifest.id}~${credential}`;
  return async (signal) => {
    const deadline = Date.now() + maxWaitMs;
    for (;;) {
      const waitMs = await budget.take(key, manifest.limits);
      if (waitMs === 0) return;
      if (Date.now() + waitMs > deadline || signal.aborted) throw new BudgetSpentError(manifest.id);
      await new Promise((resolve) => setTimeout(resolve, waitMs));
    }
  };
}
