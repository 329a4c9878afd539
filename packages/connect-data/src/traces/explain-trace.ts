import type { Repositories, TraceDoc } from '@envase/db';
import { cadenceOf, type Explanation, explain, listPaused } from '@envase/domain';
import { findProvider } from '@envase/providers';

export type ExplainStores = Pick<Repositories, 'observations' | 'providerStates' | 'pauses' | 'cadenceRules'>;

/** Explains a stored trace at this moment, as the API and the operator's command tell it (contract s7, s9). */
export async function explainTrace(
  { observations, providerStates, pauses, cadenceRules }: ExplainStores,
  trace: TraceDoc,
  now: Date,
): Promise<Explanation> {
  const newest = (await observations.newest([trace._id])).get(trace._id);
  const state = await providerStates.get(trace.via);
  const manifest = findProvider(trace.providerId)?.manifest;
  return explain(trace, {
    now,
    lastAt: newest?.lastAt ?? null,
    breaker: state?.breaker ?? null,
    paused: listPaused(await pauses.list(), now.getTime()),
    workflow: manifest?.workflow ?? 'real_time',
    minForceMs: manifest?.minForceMs ?? 0,
    rules: cadenceOf(trace.providerId, await cadenceRules.list()),
  });
}
