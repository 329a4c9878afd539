import { canonicalStatuses, listQuery } from '@envase/contracts';
import type { TraceFilters } from '@envase/db';
import { judgeBooking, judgeNumber } from '@envase/domain';
import { findProvider, findSite, listManifests } from '@envase/providers';
import { z } from 'zod';

/** Filters of `GET /api/traces` (contract s7). `q` is a number as people write it. */
export const traceQuery = listQuery.extend({
  status: z.enum(canonicalStatuses).optional(),
  providerId: z.string().min(1).max(64).optional(),
  siteId: z.string().max(200).optional(),
  q: z.string().min(1).max(64).optional(),
  overdue: z.enum(['true', 'false']).optional(),
});

const overdueMs = 60_000;

/** The filters in our own ids: any spelling of a provider, a site's id or URN, a number without its check digit. */
export function readTraceFilters(query: z.output<typeof traceQuery>, now: number): TraceFilters {
  const { status, q, overdue } = query;
  return {
    status,
    ...readPlace(query),
    number: q === undefined ? undefined : readNumber(q),
    overdueBefore: overdue === 'true' ? new Date(now - overdueMs) : undefined,
  };
}

/** A provider and a site in the catalogue's ids; what it does not know stays as written. */
export function readPlace({ providerId, siteId }: Pick<TraceFilters, 'providerId' | 'siteId'>) {
  const manifest = providerId === undefined ? null : findProvider(providerId)?.manifest;
  const sites = manifest ? [manifest] : listManifests();
  const site = siteId && sites.map((one) => findSite(one, siteId)).find((found) => found !== null);
  return { providerId: manifest?.id ?? providerId, siteId: site ? site.id : siteId };
}

/** The number a search means: a container's normal form, or a booking's where only that keeps what was written. */
export function readNumber(text: string): string {
  const container = judgeNumber(text).normalizedId;
  const booking = judgeBooking(text).normalizedId;
  if (container === null || booking === null) return container ?? booking ?? text;
  // `-` is a separator of containers, and part of bookings.
  const isContainer = /^[A-Z]{3}[UJZ]\d{7}$/.test(container);
  return isContainer ? container : booking;
}
