import { isKnownZone, today } from '@envase/domain';
import { type Row, textOf } from '../kit/fields.ts';
import { readDate } from '../kit/times.ts';

/** A zone that an answer names, null when it is none. */
export function zoneOf(row: Row, field: string): string | null {
  const zone = textOf(row, field);
  return zone !== null && isKnownZone(zone) ? zone : null;
}

/** The calendar day of an instant in a zone: a deadline is a day there, sent as the instant at which it begins or ends. */
export function dayIn(text: string | null, zone: string | null): string | null {
  const day = readDate(text);
  if (day === null || text === null) return null;
  const atMs = /[zZ]$|[+-]\d\d:?\d\d$/.test(text) ? Date.parse(text) : Number.NaN;
  if (zone === null || Number.isNaN(atMs)) return day;
  return today(atMs, zone);
}
