import { stringify } from 'csv-stringify/sync';
import { inGroups } from './in-groups.ts';
import type { ReportRow } from './report.ts';

const ROWS_PER_CHUNK = 1_000;
const options = { record_delimiter: 'windows' } as const;

/** The rows as CSV with a header (RFC 4180), some at a time; a null is an empty field. */
export async function* toCsv(days: AsyncIterable<ReportRow[]>, columns: string[]): AsyncGenerator<string> {
  let header = stringify([columns], options);
  for await (const rows of inGroups(days, ROWS_PER_CHUNK)) {
    yield header + stringify(rows, { ...options, columns });
    header = '';
  }
  if (header !== '') yield header;
}
