import fc from 'fast-check';
import { expect, it } from 'vitest';
import { z } from 'zod';
import { cutReportPage } from './cut-report-page.ts';
import { dateOf, startOfDay } from './days.ts';
import type { Report, ReportRow } from './report.ts';

const since = startOfDay('2026-11-01');
const until = startOfDay('2026-12-01');
const request = { who: 'platform', since, until } as const;

/** A report of given rows; `reads` notes from which day on it was read, and how many days of rows were taken. */
function reportOf(rows: ReportRow[]) {
  const reads: { since: string; taken: number }[] = [];
  const report: Report = {
    summary: '',
    row: z.object({ date: z.string(), siteId: z.string() }),
    keyOf: ({ siteId }) => String(siteId),
    async *read(_, span) {
      const read = { since: dateOf(span.since), taken: 0 };
      reads.push(read);
      for (const [date, some] of Map.groupBy(rows, (row) => row.date)) {
        if (date < read.since) continue;
        read.taken += 1;
        yield some;
      }
    },
  };
  return { report, reads };
}

// The pages of a fold need no database: nothing is asked of it.
const reports = {} as never;
const page = (report: Report, limit: number, cursor?: string) =>
  cutReportPage({ report, reports }, request, { name: 'dwell', limit, cursor });

const rows = fc
  .uniqueArray(fc.tuple(fc.nat({ max: 29 }), fc.constantFrom('', 'A', 'AB', 'B', '~')), {
    selector: (one) => one.join('|'),
  })
  .map((some) =>
    some
      .map(([day, siteId]): ReportRow => ({ date: dateOf(startOfDay('2026-11-01', day)), siteId }))
      .sort((a, b) => (`${a.date}${a.siteId}` < `${b.date}${b.siteId}` ? -1 : 1)),
  );

it('gives every row once, in order, whatever the size of its pages', async () => {
  await fc.assert(
    fc.asyncProperty(rows, fc.integer({ min: 1, max: 7 }), async (all, limit) => {
      const { report } = reportOf(all);
      const seen: unknown[] = [];
      let cursor: string | null | undefined;
      while (cursor !== null) {
        const { data, nextCursor } = await page(report, limit, cursor);
        expect(data.length === limit || nextCursor === null).toBe(true);
        seen.push(...data);
        cursor = nextCursor;
      }
      expect(seen).toEqual(all);
    }),
  );
});

it('reads from the day where the page before ended, and no further than the page needs', async () => {
  const dates = ['2026-11-02', '2026-11-05', '2026-11-09', '2026-11-20'];
  const { report, reads } = reportOf(dates.map((date) => ({ date, siteId: 'A' })));
  const first = await page(report, 1);
  await page(report, 1, first.nextCursor ?? undefined);
  expect(reads).toEqual([
    { since: '2026-11-01', taken: 2 },
    { since: '2026-11-02', taken: 3 },
  ]);
});

it('refuses a cursor of another list, and one that names no day', async () => {
  const { report } = reportOf([]);
  const forge = (...parts: unknown[]) => Buffer.from(JSON.stringify(parts)).toString('base64url');
  for (const cursor of [
    'x',
    forge('report-providers', '2026-11-02~A'),
    forge('report-dwell', '2026-99-99~A'),
  ]) {
    await expect(page(report, 5, cursor)).rejects.toMatchObject({
      code: 'invalid_request',
      details: [{ path: 'query.cursor' }],
    });
  }
});
