import type { ReportRepository, ToldEvent } from '@envase/db';
import { reports } from '../src/reports/catalogue.ts';
import { renderReport } from '../src/reports/render-report.ts';

// A report of a million events, each with a row of its own, as a program of its own: prints what it took, for a test.
const days = 40;
const eventsPerDay = 25_000;
const eventsPerBatch = 1_000;
const since = new Date('2026-10-01T00:00:00Z');
const until = new Date(since.getTime() + days * 86_400_000);

/** What this report reads of the repository. */
const source: Pick<ReportRepository, 'eachTold'> = {
  async eachTold(_, day, visit) {
    for (let index = 0; index < eventsPerDay; index += 1) {
      visit(told(day.since, index));
      // A cursor fetches batch after batch.
      if (index % eventsPerBatch === 0) await new Promise((resolve) => setImmediate(resolve));
    }
  },
};

function told(createdAt: Date, index: number): ToldEvent {
  const payload = { providerId: 'apm', siteId: `site ${index}`, freshness: { stale: index % 7 === 0 } };
  return { _id: `${index}`, traceId: `trace ${index}`, action: 'TRACE_RESULT', createdAt, payload };
}

// The cast: nothing else is asked of it.
const of = { report: reports.providers, reports: source as ReportRepository };
let bytes = 0;
for await (const chunk of renderReport(of, { who: 'platform', since, until }, 'parquet'))
  bytes += chunk.length;
const peakMb = process.resourceUsage().maxRSS / 1024;
process.stdout.write(JSON.stringify({ bytes, peakMb }));
