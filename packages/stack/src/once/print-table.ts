import { type Followed, isGapless, lastStatusOf } from './follow.ts';

const head = ['number', 'provider', 'journey', 'events', 'last status', 'gapless', 'seconds'];

/** One row per box. */
export function printTable(all: readonly Followed[]): string {
  const rows = all.map((one) => [
    one.box.number,
    one.box.providerId,
    one.box.journey,
    String(one.events.length),
    lastStatusOf(one),
    isGapless(one) ? 'yes' : 'NO',
    one.endedAt === null ? 'NOT ENDED' : ((one.endedAt - one.publishedAt) / 1000).toFixed(1),
  ]);
  const widths = head.map((title, column) =>
    Math.max(title.length, ...rows.map((row) => (row[column] ?? '').length)),
  );
  const line = (row: readonly string[]) =>
    row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join('  ');
  return [line(head), line(widths.map((width) => '-'.repeat(width))), ...rows.map(line)]
    .map((row) => `  ${row.trimEnd()}`)
    .join('\n');
}
