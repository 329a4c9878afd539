import type { SourceTime } from '@envase/domain';
import { type Drift, type Row, textOf } from '../kit/fields.ts';
import { instantOf, readDateAndClock } from '../kit/times.ts';

/** Where the box is, as far as `yardDescription` and `yardStatus` tell. */
export interface Yard {
  isThere: boolean;
  /** The text in brackets, without its `#`. */
  lot: string | null;
}

const delivered = /^delivered\b\s*(\d{1,2}\/\d{1,2}\/\d{4})?\s*(\d{1,2}:\d{2}(?::\d{2})?(?: ?[AP]M)?)?/i;
const inYard = /^in yard\b(?:\s*\(\s*#?\s*([^()]*?)\s*\))?/i;

/** When the box left by `Delivered MM/DD/YYYY HH:MM`, local to the terminal; null while it has not. */
export function readDelivery(row: Row, zone: string | null): { time: SourceTime | null } | null {
  const found = delivered.exec(textOf(row, 'yardDescription') ?? '');
  return found && { time: readDateAndClock(found[1] ?? null, found[2] ?? null, zone) };
}

/** The place of a box that has not been delivered. */
export function readYard(row: Row, drift: Drift): Yard {
  const description = textOf(row, 'yardDescription');
  const place = inYard.exec(description ?? '');
  if (!place) drift.note('yardDescription', description);
  const status = textOf(row, 'yardStatus');
  const isGrounded = status?.toLowerCase() === 'grounded';
  if (!isGrounded) drift.note('yardStatus', status);
  return { isThere: place !== null || isGrounded, lot: place?.[1] || null };
}

/** Of several rows the one of a box that still stands there, else the one that left last; null without any. */
export function latestRow(rows: readonly Row[], zone: string | null): Row | null {
  const known = rows
    .filter((row) => textOf(row, 'number') !== null)
    .map((row) => ({ row, leftMs: leftAt(row, zone) }));
  const latest = Math.max(...known.map(({ leftMs }) => leftMs));
  return known.find(({ leftMs }) => leftMs === latest)?.row ?? null;
}

/** When a box left, in milliseconds; later than all when it has not. */
export function leftAt(row: Row, zone: string | null): number {
  const delivery = readDelivery(row, zone);
  return delivery ? instantOf(delivery.time) : Number.POSITIVE_INFINITY;
}
