import type { ReportRepository, ReportScope, Span } from '@envase/db';
import type { z } from 'zod';
import { daysOf } from './days.ts';
import type { Fold } from './fold.ts';
import type { Place } from './place.ts';

/** One row: what a column holds follows from its name (`kindOfColumn`). */
export type ReportRow = { date: string } & Record<string, string | number | null>;

export interface ReportRequest extends Span, Partial<Place> {
  who: ReportScope;
}

export interface Report {
  summary: string;
  row: z.ZodObject;
  /** Orders the rows of a day, and marks where a page ended. */
  keyOf(row: ReportRow): string;
  /** All rows, oldest day first, some days at a time. */
  read(reports: ReportRepository, request: ReportRequest): AsyncIterable<ReportRow[]>;
}

export type ColumnKind = 'date' | 'id' | 'durationMs' | 'count';

/** Contract s9: durations end in `Ms`; they may be null, and nothing else is. */
export function kindOfColumn(name: string): ColumnKind {
  if (name === 'date') return 'date';
  if (name.endsWith('Id')) return 'id';
  return name.endsWith('Ms') ? 'durationMs' : 'count';
}

/** Folds a span day by day: what is kept in memory is one day's figures. */
export async function* foldDays<Item, Row>(
  span: Span,
  begin: (date: string) => Fold<Item, Row>,
  visitDay: (day: Span, visit: (item: Item) => void) => Promise<void>,
): AsyncGenerator<Row[]> {
  for (const day of daysOf(span)) {
    const fold = begin(day.date);
    await visitDay(day, fold.add);
    yield fold.rows();
  }
}
