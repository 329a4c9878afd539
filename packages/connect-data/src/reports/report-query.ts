import { listQuery, type ReportName, reportFormats } from '@envase/contracts';
import type { ReportScope, Span } from '@envase/db';
import { AppError } from '@envase/runtime';
import { z } from 'zod';
import { moment } from '../moment.ts';
import { readPlace } from '../traces/read-filters.ts';
import { dateOf, startOfDay } from './days.ts';
import type { ReportRequest } from './report.ts';

/** `limit` and `cursor` are for JSON; the files hold all rows (contract s9, reports). */
export const reportQuery = listQuery.extend({
  since: moment.optional(),
  until: moment.optional(),
  providerId: z.string().min(1).max(64).optional(),
  siteId: z.string().max(200).optional(),
  format: z.enum(reportFormats).default('json'),
});
export type ReportQuery = z.output<typeof reportQuery>;

const DEFAULT_DAYS = 30;
// Events are kept that long (architecture, Retention).
const MAX_DAYS = 400;
// Whoever asks for last free days wants to know of those that come.
const DAYS_AHEAD = 7;

/**
 * What is asked for: 30 days by default, up to now, or up to a week ahead for last free days. Throws `invalid_request` for a span
 * that is empty or longer than 400 days.
 */
export function readReportRequest(
  name: ReportName,
  query: Pick<ReportQuery, 'since' | 'until' | 'providerId' | 'siteId'>,
  by: { who: ReportScope; now: number },
): ReportRequest {
  const { since, until } = readSpan(name, query, by.now);
  const { providerId, siteId } = readPlace(query);
  return {
    who: by.who,
    since,
    until,
    ...(providerId === undefined ? {} : { providerId }),
    ...(siteId ? { siteId } : {}),
  };
}

function readSpan(
  name: ReportName,
  query: { since?: Date | undefined; until?: Date | undefined },
  now: number,
): Span {
  const today = dateOf(new Date(now));
  const end = name === 'last-free-day' ? startOfDay(today, DAYS_AHEAD + 1) : new Date(now);
  const until = query.until ?? end;
  // Whole days: the last one, of which there may be a part only, and those before it.
  const since = query.since ?? startOfDay(dateOf(new Date(until.getTime() - 1)), 1 - DEFAULT_DAYS);
  if (since >= until) throw refuse('since', 'must be before until');
  if (until > startOfDay(dateOf(since), MAX_DAYS))
    throw refuse('since', `at most ${MAX_DAYS} days before until`);
  return { since, until };
}

function refuse(parameter: string, message: string): AppError {
  return new AppError('invalid_request', 'The span of the report is not valid', {
    details: [{ path: `query.${parameter}`, message }],
  });
}
