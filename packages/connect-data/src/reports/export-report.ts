import { createWriteStream } from 'node:fs';
import { rename, rm } from 'node:fs/promises';
import { pipeline } from 'node:stream/promises';
import { type ReportName, reportNames } from '@envase/contracts';
import type { Repositories, Tenant } from '@envase/db';
import { AppError, asError } from '@envase/runtime';
import { z } from 'zod';
import { reports as catalogue } from './catalogue.ts';
import { renderReport } from './render-report.ts';
import type { Report } from './report.ts';
import { readReportRequest, reportQuery } from './report-query.ts';

export interface ExportOptions {
  report: string;
  format: string;
  /** Path of the file; it is there only when it is whole. */
  out: string;
  since?: string | undefined;
  until?: string | undefined;
  providerId?: string | undefined;
  siteId?: string | undefined;
  /** Exports what this client may read; absent: the whole platform. */
  clientId?: string | undefined;
}

export interface ExportSummary {
  report: ReportName;
  since: Date;
  until: Date;
  rows: number;
  bytes: number;
  out: string;
}

interface ExportDeps {
  repositories: Pick<Repositories, 'reports' | 'clients'>;
  now: number;
  /** Told of progress, one line each. */
  report: (line: string) => void;
}

const exportOptions = reportQuery
  .pick({ since: true, until: true, providerId: true, siteId: true })
  .extend({ report: z.enum(reportNames), format: z.enum(['csv', 'parquet']) });

/**
 * Writes a whole report to a file: `pnpm envase reports export`. Throws `invalid_request` naming every option that is wrong,
 * `not_found` for an unknown client, and leaves no file behind when it fails.
 */
export async function exportReport(deps: ExportDeps, options: ExportOptions): Promise<ExportSummary> {
  const { report: name, format, ...query } = parse(options);
  const who = options.clientId === undefined ? 'platform' : await findTenant(deps, options.clientId);
  const request = readReportRequest(name, query, { who, now: deps.now });
  const { counted, rows } = countRows(catalogue[name], deps.report);
  const chunks = renderReport({ report: counted, reports: deps.repositories.reports }, request, format);
  const bytes = await write(chunks, options.out);
  return { report: name, since: request.since, until: request.until, rows: rows(), bytes, out: options.out };
}

function parse(options: ExportOptions): z.output<typeof exportOptions> {
  const parsed = exportOptions.safeParse(options);
  if (parsed.success) return parsed.data;
  const details = parsed.error.issues.map(({ path, message }) => ({ path: toOption(path), message }));
  throw new AppError('invalid_request', 'The report cannot be exported like this:', { details });
}

function toOption(path: PropertyKey[]): string {
  return `--${path.map(String).join('-')}`.replace(/Id$/, '-id');
}

async function findTenant({ repositories }: ExportDeps, clientId: string): Promise<Tenant> {
  const client = await repositories.clients.find(clientId);
  if (!client) throw new AppError('not_found', 'There is no such client');
  return { clientId, grants: client.grants };
}

/** The same report, which tells how many rows it has read. */
function countRows(report: Report, tell: (line: string) => void) {
  let rows = 0;
  const counted: Report = {
    ...report,
    async *read(...of) {
      for await (const some of report.read(...of)) {
        rows += some.length;
        const last = some.at(-1);
        if (last) tell(`${last.date}  ${rows} rows`);
        yield some;
      }
    },
  };
  return { counted, rows: () => rows };
}

/** Beside the file first: what stands under its name is whole. */
async function write(chunks: AsyncIterable<string | Uint8Array>, out: string): Promise<number> {
  const part = `${out}.part`;
  const file = createWriteStream(part);
  try {
    await pipeline(chunks, file);
    await rename(part, out);
  } catch (error) {
    await rm(part, { force: true });
    const { message } = asError(error);
    throw error instanceof AppError ? error : new AppError('invalid_request', message, { cause: error });
  }
  return file.bytesWritten;
}
