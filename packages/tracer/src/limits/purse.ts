import type { ProviderManifest } from '@envase/providers';
import type { RequestBudget } from '@envase/queues';
import { asError } from '@envase/runtime';
import { createPace } from './pace.ts';

/** The provider's own limit is used up for now: nobody's failure, the traces stay due. */
export class BudgetSpentError extends Error {
  constructor(providerId: string) {
    super(`The request budget of ${providerId} is spent for now`);
    this.name = 'BudgetSpentError';
  }
}

/** A provider's request budget as one process sees it: requests are let go in the order of asking. */
export interface Purse {
  /** Resolves when nobody waits for a request: until then, what arrives can share one. */
  idle(): Promise<void>;
  /** Waits until a request may be sent and keeps that for the next `spend`. */
  reserve(): Promise<void>;
  /** Awaited before every request; goes before all that reserve. BudgetSpentError where the wait outlasts the signal. */
  spend(signal: AbortSignal): Promise<void>;
  /** Nobody waits any longer: BudgetSpentError for all who do, and for all who ask. */
  close(): void;
}

interface Waiter {
  resolve(): void;
  reject(error: Error): void;
}

export interface PurseDeps {
  budget: RequestBudget;
  manifest: Pick<ProviderManifest, 'id' | 'limits'>;
  credential: string;
  now?: () => number;
}

// A request that was kept longer could fall together with the next ones at the provider.
const keepMs = 500;

/** Budgets count requests and hold across processes; the wait for them is per process. */
export function createPurse(deps: PurseDeps): Purse {
  const { now = Date.now } = deps;
  const spenders: Waiter[] = [];
  const reservers: Waiter[] = [];
  let idlers: (() => void)[] = [];
  let kept: number[] = [];
  const dropOld = () => {
    kept = kept.filter((at) => now() - at < keepMs);
  };
  const spent = () => new BudgetSpentError(deps.manifest.id);
  const isWanted = () => spenders.length + reservers.length > 0;
  const letIdlersGo = () => {
    if (isWanted()) return;
    for (const go of idlers) go();
    idlers = [];
  };
  const pace = createPace(deps.manifest.limits.perMinute, now);
  const take = createTaker(deps, {
    isWanted,
    // A run under way is not kept waiting for the sake of an even pace.
    waitMs: () => (spenders.length > 0 ? 0 : pace.waitMs()),
    grant() {
      pace.took();
      (spenders.shift() ?? reservers.shift())?.resolve();
      letIdlersGo();
    },
    fail(error) {
      for (const waiter of [...spenders.splice(0), ...reservers.splice(0)]) waiter.reject(error);
      letIdlersGo();
    },
  });
  const wait = (queue: Waiter[], signal?: AbortSignal) =>
    new Promise<void>((resolve, reject) => {
      const waiter = { resolve, reject };
      signal?.addEventListener('abort', () => {
        if (queue.includes(waiter)) queue.splice(queue.indexOf(waiter), 1);
        reject(spent());
        letIdlersGo();
      });
      queue.push(waiter);
      take.start();
    });
  return {
    idle: () => (isWanted() ? new Promise((resolve) => void idlers.push(resolve)) : Promise.resolve()),
    async reserve() {
      await wait(reservers);
      dropOld();
      kept.push(now());
    },
    async spend(signal) {
      signal.throwIfAborted();
      dropOld();
      if (kept.shift() === undefined) await wait(spenders, signal);
    },
    close: () => take.stop(spent()),
  };
}

interface Waiting {
  isWanted(): boolean;
  /** Milliseconds before the budget is worth asking. */
  waitMs(): number;
  /** One request may be sent: the next in line goes. */
  grant(): void;
  fail(error: Error): void;
}

/** Takes from the budget for as long as somebody waits. */
function createTaker({ budget, manifest, credential }: PurseDeps, waiting: Waiting) {
  const key = `${manifest.id}~${credential}`;
  let isTaking = false;
  let ended: Error | null = null;
  let timer: NodeJS.Timeout | undefined;
  // `isTaking` falls in the same breath as the decision to end: who comes after it starts anew.
  const go = async (): Promise<void> => {
    while (waiting.isWanted() && ended === null) {
      const waitMs = waiting.waitMs() || (await budget.take(key, manifest.limits));
      if (waitMs > 0) {
        timer = setTimeout(run, waitMs);
        break;
      }
      waiting.grant();
    }
    isTaking = false;
  };
  const run = () => {
    clearTimeout(timer);
    if (isTaking) return;
    isTaking = true;
    go().catch((error: unknown) => {
      isTaking = false;
      waiting.fail(asError(error));
    });
  };
  return {
    // Whoever comes while all sleep may be one who need not.
    start() {
      if (ended) waiting.fail(ended);
      else run();
    },
    stop(error: Error) {
      ended = error;
      clearTimeout(timer);
      waiting.fail(error);
    },
  };
}
