import { Readable } from 'node:stream';
import { pageOf, type ReportName, reportNames } from '@envase/contracts';
import type { ReportRepository } from '@envase/db';
import { endpoint, type Reply, type Route } from '@envase/http';
import type { Clock } from '@envase/runtime';
import { tenantOf } from '../tenant.ts';
import { reports as catalogue } from './catalogue.ts';
import { cutReportPage } from './cut-report-page.ts';
import { dateOf } from './days.ts';
import { type FileFormat, mediaTypes, renderReport } from './render-report.ts';
import type { Report, ReportRequest } from './report.ts';
import { readReportRequest, reportQuery } from './report-query.ts';

interface ReportRouteDeps {
  reports: ReportRepository;
  clock: Pick<Clock, 'now'>;
}

/** `/api/reports/…`: pages of JSON, or the whole as CSV or Parquet, streamed (contract s7, s9). */
export function reportRoutes(deps: ReportRouteDeps): Route[] {
  return reportNames.map((name) => reportRoute(name, deps));
}

function reportRoute(name: ReportName, { reports, clock }: ReportRouteDeps): Route {
  const report = catalogue[name];
  return {
    method: 'GET',
    path: `/api/reports/${name}`,
    endpoint: endpoint({
      scope: 'connectdata/events',
      summary: report.summary,
      query: reportQuery,
      answers: { 200: { schema: pageOf(report.row), types: Object.values(mediaTypes) } },
      handle: async ({ client, query }) => {
        const { format, limit, cursor } = query;
        const request = readReportRequest(name, query, { who: tenantOf(client), now: clock.now() });
        if (format !== 'json') return answerFile({ name, report, reports }, request, format);
        const page = await cutReportPage({ report, reports }, request, { name, limit, cursor });
        return { status: 200, body: page };
      },
    }),
  };
}

async function answerFile(
  of: { name: ReportName; report: Report; reports: ReportRepository },
  request: ReportRequest,
  format: FileFormat,
): Promise<Reply> {
  const chunks = renderReport(of, request, format);
  // A database that is away is a 503 as long as nothing is sent; later the connection breaks, and nobody takes half for the whole.
  const first = await chunks.next();
  const fileName = `${of.name}_${dateOf(request.since)}.${format}`;
  return {
    status: 200,
    body: Readable.from(continueWith(first, chunks), { objectMode: false }),
    headers: {
      'Content-Type': mediaTypes[format],
      'Content-Disposition': `attachment; filename="${fileName}"`,
    },
  };
}

async function* continueWith<T>(first: IteratorResult<T>, rest: AsyncGenerator<T>): AsyncGenerator<T> {
  if (!first.done) yield first.value;
  yield* rest;
}
