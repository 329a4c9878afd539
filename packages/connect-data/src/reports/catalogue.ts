import {
  availabilityRow,
  deliveryRow,
  dwellRow,
  lastFreeDayRow,
  providerRow,
  type ReportName,
} from '@envase/contracts';
import { findProvider, findSite } from '@envase/providers';
import { dateOf, startOfDay } from './days.ts';
import { foldDeliveries } from './fold-deliveries.ts';
import { foldFreeDays } from './fold-free-days.ts';
import { foldProviders } from './fold-providers.ts';
import { foldStays } from './fold-stays.ts';
import { type FindSiteId, keyOfPlace } from './place.ts';
import { foldDays, type Report, type ReportRow } from './report.ts';

const resultActions = ['TRACE_RESULT', 'TRACE_EXPORT_RESULT', 'TRACE_EMPTY_RESULT', 'TRACE_RESULTS'] as const;

/** Every report (contract s7, s9). */
export const reports: Record<ReportName, Report> = {
  dwell: stays('outgated', {
    row: dwellRow,
    summary: 'How long boxes stood at each site, by the day they left',
  }),
  availability: stays('available', {
    row: availabilityRow,
    summary: 'How long after their discharge boxes became available, by site and day',
  }),
  'last-free-day': {
    summary: 'What became of boxes by their last free day and site: left on time, late, still standing',
    row: lastFreeDayRow,
    keyOf: keyOfRowPlace,
    async *read(source, { who, since, until, ...wanted }) {
      const fold = foldFreeDays(wanted, findSiteId);
      // Calendar dates at the place: a day that the span only touches counts whole.
      const lastDay = dateOf(new Date(until.getTime() - 1));
      const days = { since: dateOf(since), until: dateOf(startOfDay(lastDay, 1)) };
      await source.eachWithFreeDay(who, days, fold.add);
      yield fold.rows();
    },
  },
  providers: {
    summary: 'What providers told and where they failed, by site and day',
    row: providerRow,
    keyOf: keyOfRowPlace,
    read: (source, { who, since, until, ...wanted }) =>
      foldDays(
        { since, until },
        (date) => foldProviders(date, wanted),
        (day, visit) => source.eachTold(who, { ...day, actions: [...resultActions, 'TRACE_ERROR'] }, visit),
      ),
  },
  deliveries: {
    summary: 'What became of deliveries, by web-hook and day',
    row: deliveryRow,
    keyOf: ({ webhookId }) => String(webhookId),
    async *read(source, { who, since, until, ...place }) {
      const webhookIds = await source.listHooks(who);
      if (webhookIds.length === 0) return;
      yield* foldDays({ since, until }, foldDeliveries, (day, visit) =>
        source.eachDelivery(who, { ...day, ...place, webhookIds }, visit),
      );
    },
  },
};

function stays(code: 'outgated' | 'available', about: Pick<Report, 'row' | 'summary'>): Report {
  return {
    ...about,
    keyOf: keyOfRowPlace,
    read: (source, { who, since, until, ...wanted }) =>
      foldDays(
        { since, until },
        (date) => foldStays({ date, until: code, wanted, findSiteId }),
        (day, visit) => source.eachTold(who, { ...day, actions: ['TRACE_RESULT'], code }, visit),
      ),
  };
}

function keyOfRowPlace({ providerId, siteId }: ReportRow): string {
  return keyOfPlace({ providerId: String(providerId), siteId: String(siteId) });
}

const findSiteId: FindSiteId = (providerId, idOrUrn) => {
  const manifest = findProvider(providerId)?.manifest;
  return (manifest && findSite(manifest, idOrUrn)?.id) ?? null;
};
