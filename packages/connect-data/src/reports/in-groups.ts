import type { ReportRow } from './report.ts';

/** The same rows, `size` at a time and what is left at the end; never none. */
export async function* inGroups(days: AsyncIterable<ReportRow[]>, size: number): AsyncGenerator<ReportRow[]> {
  let group: ReportRow[] = [];
  for await (const rows of days) {
    for (const row of rows) {
      group.push(row);
      if (group.length < size) continue;
      yield group;
      group = [];
    }
  }
  if (group.length > 0) yield group;
}
