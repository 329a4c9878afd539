import type { ProviderRow, TraceErrorCode } from '@envase/contracts';
import type { ToldEvent } from '@envase/db';
import { createGroups, type Fold } from './fold.ts';
import { isWanted, keyOfPlace, type Place } from './place.ts';

type Counts = Omit<ProviderRow, 'date' | keyof Place>;

const columnOf: Record<TraceErrorCode, keyof Counts> = {
  provider_unavailable: 'providerUnavailable',
  provider_timeout: 'providerTimeout',
  provider_answer: 'providerAnswer',
  login_failed: 'loginFailed',
  rate_limited: 'rateLimited',
};

/** What providers told on a day, and where attempts failed: one error is told per window of 30 minutes (contract s4). */
export function foldProviders(date: string, wanted: Partial<Place>): Fold<ToldEvent, ProviderRow> {
  const groups = createGroups(keyOfPlace, createCounts);
  return {
    add({ action, payload }) {
      const place = { providerId: payload.providerId, siteId: payload.siteId };
      if (!isWanted(place, wanted)) return;
      const counts = groups.of(place);
      if (action !== 'TRACE_ERROR') {
        counts.results += 1;
        if (payload.freshness?.stale) counts.stale += 1;
        return;
      }
      counts.failures += 1;
      counts.affected += payload.affected?.count ?? 0;
      const column = payload.code && columnOf[payload.code];
      if (column) counts[column] += 1;
    },
    rows: () => groups.inOrder().map(({ group, figures }) => ({ date, ...group, ...figures })),
  };
}

function createCounts(): Counts {
  return {
    results: 0,
    stale: 0,
    failures: 0,
    providerUnavailable: 0,
    providerTimeout: 0,
    providerAnswer: 0,
    loginFailed: 0,
    rateLimited: 0,
    affected: 0,
  };
}
