import type { Span } from '@envase/db';

const DAY_MS = 86_400_000;

/** The UTC date, `YYYY-MM-DD`. */
export function dateOf(time: Date): string {
  return time.toISOString().slice(0, 10);
}

/** Midnight UTC of a date, so many days later. */
export function startOfDay(date: string, plusDays = 0): Date {
  return new Date(Date.parse(date) + plusDays * DAY_MS);
}

/** The UTC days that a span touches, oldest first, each with its part of the span. */
export function* daysOf({ since, until }: Span): Generator<Span & { date: string }> {
  for (let start = since; start < until; ) {
    const date = dateOf(start);
    const next = startOfDay(date, 1);
    const end = next < until ? next : until;
    yield { date, since: start, until: end };
    start = end;
  }
}

/** Calendar days from one date to another; negative when that is before. */
export function daysBetween(from: string, to: string): number {
  return Math.round((Date.parse(to) - Date.parse(from)) / DAY_MS);
}
