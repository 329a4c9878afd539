import type { Page } from '@envase/contracts';
import { decodeCursor, encodeCursor, type ReportRepository } from '@envase/db';
import { z } from 'zod';
import { startOfDay } from './days.ts';
import type { Report, ReportRequest, ReportRow } from './report.ts';

export interface ReportPageRequest {
  /** Names the report in its cursors. */
  name: string;
  limit: number;
  cursor?: string | undefined;
}

interface Mark {
  date: string;
  key: string;
}

/** A page of a report, oldest day first (contract s10); reads from the day where the page before ended, and no further than it must. */
export async function cutReportPage(
  { report, reports }: { report: Report; reports: ReportRepository },
  request: ReportRequest,
  { name, limit, cursor }: ReportPageRequest,
): Promise<Page<ReportRow>> {
  const kind = `report-${name}`;
  const mark = cursor === undefined ? null : readMark(kind, cursor);
  const since = mark === null ? request.since : later(request.since, startOfDay(mark.date));
  const data: ReportRow[] = [];
  for await (const rows of report.read(reports, { ...request, since })) {
    for (const row of rows) if (mark === null || isBehind(mark, row, report)) data.push(row);
    if (data.length > limit) break;
  }
  const last = data[limit - 1];
  const isMore = data.length > limit && last !== undefined;
  const nextCursor = isMore ? encodeCursor(kind, { id: `${last.date}~${report.keyOf(last)}` }) : null;
  return { data: data.slice(0, limit), nextCursor };
}

function readMark(kind: string, cursor: string): Mark {
  const isOwn = (id: string) => id[10] === '~' && z.iso.date().safeParse(id.slice(0, 10)).success;
  const { id } = decodeCursor({ kind, timed: false, isOwn }, cursor);
  return { date: id.slice(0, 10), key: id.slice(11) };
}

function isBehind({ date, key }: Mark, row: ReportRow, report: Report): boolean {
  return row.date > date || (row.date === date && report.keyOf(row) > key);
}

function later(a: Date, b: Date): Date {
  return a > b ? a : b;
}
