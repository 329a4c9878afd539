import type { ProviderStateDoc } from '@envase/db';
import type { ProviderManifest } from '@envase/providers';

/** How a provider does: `up`, `failing`, `down` while it is not asked, `unknown` before the first answer. */
export type ProviderHealthState = 'unknown' | 'up' | 'failing' | 'down';

/** A provider as the catalogue shows it (contract s9); its login and its addresses are not part of it. */
export function presentProvider(manifest: ProviderManifest, state: ProviderStateDoc | null, now: Date) {
  return {
    id: manifest.id,
    name: manifest.name,
    workflow: manifest.workflow,
    services: manifest.services,
    sites: manifest.sites.map(({ id, name, timeZone }) => ({ id, name, timeZone })),
    batchSize: manifest.batchSize,
    limits: manifest.limits,
    credentials: manifest.credentials.owner === 'customer' ? 'customer' : 'platform',
    dataGaps: manifest.dataGaps,
    health: presentHealth(state, now),
  };
}

/** `since` is the last known moment of the other kind: the last success of one that fails, the last failure of one that is up. */
function presentHealth(state: ProviderStateDoc | null, now: Date) {
  const success = state?.lastSuccessAt ?? null;
  const failure = state?.lastFailureAt ?? null;
  const health = judgeHealth(state, now);
  const since = health === 'up' ? failure : success;
  return {
    state: health,
    since: since?.toISOString() ?? null,
    lastSuccessAt: success?.toISOString() ?? null,
  };
}

function judgeHealth(state: ProviderStateDoc | null, now: Date): ProviderHealthState {
  const success = state?.lastSuccessAt ?? null;
  const failure = state?.lastFailureAt ?? null;
  const { until } = state?.breaker ?? { until: null };
  if (until && until > now) return 'down';
  if (failure && (!success || failure > success)) return 'failing';
  return success ? 'up' : 'unknown';
}
