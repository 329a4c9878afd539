import type { ReportFormat } from '@envase/contracts';
import type { ReportRepository } from '@envase/db';
import type { Report, ReportRequest } from './report.ts';
import { toCsv } from './to-csv.ts';
import { toParquet } from './to-parquet.ts';

export type FileFormat = Exclude<ReportFormat, 'json'>;

export const mediaTypes: Record<FileFormat, string> = {
  csv: 'text/csv; charset=utf-8; header=present',
  parquet: 'application/vnd.apache.parquet',
};

/** A whole report as a file, some days at a time. */
export function renderReport(
  { report, reports }: { report: Report; reports: ReportRepository },
  request: ReportRequest,
  format: FileFormat,
): AsyncGenerator<string | Uint8Array> {
  const rows = report.read(reports, request);
  const columns = Object.keys(report.row.shape);
  return format === 'csv' ? toCsv(rows, columns) : toParquet(rows, columns);
}
