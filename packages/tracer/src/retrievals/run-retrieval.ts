import type { FailureReport, ProviderStateDoc, ProviderStateRepository, RetrievalState } from '@envase/db';
import type { PublishRetrieveClient, Retrieved } from '@envase/providers';
import { asError, type Clock, failpoint, type Logger } from '@envase/runtime';
import type { ProviderHealth } from '../limits/provider-health.ts';
import { BudgetSpentError } from '../limits/purse.ts';
import { describeFailure } from '../runs/run-group.ts';
import type { RecordTold } from '../told/record-told.ts';
import type { SeeSettled } from '../told/see-settled.ts';

export interface RunRetrievalDeps {
  /** In `provider_states`. */
  stateId: string;
  states: ProviderStateRepository;
  client: Pick<PublishRetrieveClient, 'retrieve'>;
  recordTold: RecordTold;
  settled: SeeSettled;
  health: ProviderHealth;
  tellFailure: (failure: FailureReport) => Promise<void>;
  clock: Clock;
  logger: Logger;
  /** Between two retrievals, real milliseconds. */
  everyMs: number;
  /** Of one page. */
  timeoutMs: number;
}

const mostPages = 20;
const nothingYet = (now: number): RetrievalState => ({ cursor: null, dueAt: new Date(now), traceIds: [] });

/** The retrieval of a provider and credential; a new one is due at once. */
export function retrievalOf(state: ProviderStateDoc | null, now: number): RetrievalState {
  return state?.retrieval ?? nothingYet(now);
}

/**
 * `retrieval.run`: new results since the cursor, page by page. The cursor moves only when a page's observations are stored and
 * their settling is queued; what was retrieved last is seen to be settled before it is forgotten.
 */
export function createRunRetrieval(deps: RunRetrievalDeps): () => Promise<string> {
  const { states, stateId, health, clock, logger } = deps;
  return async () => {
    const now = clock.now();
    if (retrievalOf(await states.get(stateId), now).dueAt.getTime() > now) return 'not due';
    try {
      const pages = await retrieveAll(deps);
      await health.succeeded();
      return `${pages} pages`;
    } catch (error) {
      if (error instanceof BudgetSpentError) return 'budget spent';
      if (!isOfProvider(error)) throw error;
      const failure = describeFailure(error, clock.now());
      logger.warn({ code: failure.code, err: asError(error) }, 'A retrieval failed');
      await health.failed(failure);
      await deps.tellFailure(failure);
      await postpone(deps, failure.retryAt?.getTime() ?? 0);
      return failure.code;
    }
  };
}

function isOfProvider(error: unknown): boolean {
  return error instanceof Error && ['ProviderError', 'TimeoutError', 'AbortError'].includes(error.name);
}

async function retrieveAll(deps: RunRetrievalDeps): Promise<number> {
  for (let page = 1; page <= mostPages; page += 1) {
    const state = await deps.states.get(deps.stateId);
    const before = retrievalOf(state, deps.clock.now());
    const signal = AbortSignal.timeout(deps.timeoutMs);
    const retrieved = await deps.client.retrieve({ cursor: before.cursor, signal });
    await failpoint('retrieval.after-retrieve');
    const hasMoved = await keep(retrieved, { deps, state, before });
    if (!hasMoved || !retrieved.isMore) return page;
  }
  return mostPages;
}

/** Stores a page and moves the cursor; false where another run was first. */
async function keep(
  { told, cursor, isMore }: Retrieved,
  by: { deps: RunRetrievalDeps; state: ProviderStateDoc | null; before: RetrievalState },
): Promise<boolean> {
  const { deps, state, before } = by;
  const traceIds = await deps.recordTold(told);
  await failpoint('retrieval.after-record');
  const open = await deps.settled.findOpen([...new Set([...before.traceIds, ...traceIds])]);
  await deps.settled.askToSettle(open);
  const now = deps.clock.now();
  const dueAt = new Date(isMore ? now : now + deps.everyMs);
  return move(deps, state, { cursor, dueAt, traceIds: open });
}

async function postpone(deps: RunRetrievalDeps, notBefore: number): Promise<void> {
  const now = deps.clock.now();
  const state = await deps.states.get(deps.stateId);
  const dueAt = new Date(Math.max(now + deps.everyMs, notBefore));
  await move(deps, state, { ...retrievalOf(state, now), dueAt });
}

function move(
  deps: RunRetrievalDeps,
  state: ProviderStateDoc | null,
  retrieval: RetrievalState,
): Promise<boolean> {
  const rev = state?.rev ?? null;
  return deps.states.swap(rev, { ...state, _id: deps.stateId, rev: (rev ?? 0) + 1, retrieval });
}
