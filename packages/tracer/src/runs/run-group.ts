import type { FailureReport, ObservationDoc, TraceDoc } from '@envase/db';
import { findSite, type Provider, ProviderError } from '@envase/providers';
import { asError, type Clock, type Logger } from '@envase/runtime';
import { BudgetSpentError, type Purse } from '../limits/purse.ts';
import type { Login, OpenLogin, Refusal } from '../logins/login.ts';
import type { RunGroup } from './group-runs.ts';
import { observeAnswer, observeFailure, observeReceipt } from './observe.ts';
import type { Tellings } from './tellings.ts';

export interface RunGroupDeps {
  provider: Provider;
  openLogin: OpenLogin;
  purse: Pick<Purse, 'reserve'>;
  clock: Clock;
  logger: Logger;
  tellings: Tellings;
  /** Told whose boxes a request is about, each service once. */
  countRequest?: (owner: Pick<TraceDoc, 'orgId' | 'svcId'>) => void;
}

export type RunGroupOnce = (group: RunGroup) => Promise<ObservationDoc[]>;

/**
 * Asks the provider once for a group and splits the answer per box before anything is stored, so organizations never see
 * each other in a shared answer. A failed attempt is an observation too; a spent budget is neither: the traces stay due.
 */
export function createRunGroup(deps: RunGroupDeps): RunGroupOnce {
  const { provider, logger } = deps;
  return async (group) => {
    try {
      const login = await takeLogin(deps);
      if ('refusal' in login) return await observeFailures(group.traces, login.refusal, deps);
      return await runWith(login, group, deps);
    } catch (error) {
      if (!(error instanceof BudgetSpentError)) throw error;
      const about = { providerId: provider.manifest.id, boxes: group.numbers.length };
      logger.info(about, 'Budget spent: runs wait');
      return [];
    }
  };
}

/** Waits for a request of the budget, unless there is no login to send it with. */
async function takeLogin({ openLogin, purse }: RunGroupDeps): Promise<Login | Refusal> {
  const login = await openLogin();
  if ('refusal' in login) return login;
  await purse.reserve();
  // What was found out about it during the wait holds: a refused login is not tried once per run that waited.
  return openLogin();
}

async function runWith(login: Login, group: RunGroup, deps: RunGroupDeps): Promise<ObservationDoc[]> {
  const { provider, clock, logger, tellings } = deps;
  try {
    const observations = await askOnce(group, login.ask, deps);
    await login.health.succeeded();
    await tellings.close(group.traces);
    return observations;
  } catch (error) {
    if (error instanceof BudgetSpentError) throw error;
    const failure = describeFailure(error, clock.now());
    logger.warn(
      { providerId: provider.manifest.id, code: failure.code, err: asError(error) },
      'A trace failed',
    );
    await login.health.failed(failure);
    return observeFailures(group.traces, failure, deps);
  }
}

async function askOnce(
  group: RunGroup,
  ask: Login['ask'],
  { provider, clock, countRequest }: RunGroupDeps,
): Promise<ObservationDoc[]> {
  const { manifest } = provider;
  for (const owner of listOwners(group.traces)) countRequest?.(owner);
  // The provider's time runs from the request, not from the wait for it.
  const signal = AbortSignal.timeout(manifest.timeoutMs);
  const saidFor = await ask(group, signal);
  const now = clock.now();
  const zone = findSite(manifest, group.siteId)?.timeZone ?? null;
  return group.traces.map((trace) => {
    const said = saidFor(trace);
    if (said.kind === 'receipt')
      return observeReceipt(trace, said.receipt, { mapperVersion: manifest.mapperVersion, now });
    return observeAnswer(trace, said.slice, { provider, zone, now, receipt: said.receipt });
  });
}

function listOwners(traces: readonly TraceDoc[]): TraceDoc[] {
  return [...new Map(traces.map((trace) => [JSON.stringify([trace.orgId, trace.svcId]), trace])).values()];
}

async function observeFailures(traces: readonly TraceDoc[], failure: FailureReport, deps: RunGroupDeps) {
  const now = deps.clock.now();
  const { mapperVersion } = deps.provider.manifest;
  const tells = await deps.tellings.open(traces, failure.code);
  return traces.map((trace) =>
    observeFailure(trace, { ...failure, tell: tells.get(trace._id) ?? null }, { mapperVersion, now }),
  );
}

export function describeFailure(error: unknown, now: number): FailureReport {
  const isTimeout = error instanceof Error && (error.name === 'TimeoutError' || error.name === 'AbortError');
  const known =
    error instanceof ProviderError
      ? error
      : new ProviderError(isTimeout ? 'provider_timeout' : 'provider_answer', publicMessage(isTimeout));
  return {
    code: known.code,
    message: known.message,
    retryAt: known.retryAfterMs === null ? null : new Date(now + known.retryAfterMs),
    tell: null,
  };
}

function publicMessage(isTimeout: boolean): string {
  return isTimeout ? 'The provider did not answer in time' : 'The answer of the provider could not be read';
}
