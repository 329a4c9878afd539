import type { Repositories, TraceDoc } from '@envase/db';
import { type Explanation, explain } from '@envase/domain';
import { findProvider } from '@envase/providers';

/** Explains a stored trace at this moment, as the API and the operator's command tell it (contract s7, s9). */
export async function explainTrace(
  { observations, providerStates }: Pick<Repositories, 'observations' | 'providerStates'>,
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
    workflow: manifest?.workflow ?? 'real_time',
    minForceMs: manifest?.minForceMs ?? 0,
  });
}
