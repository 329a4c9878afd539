import type { SourceTime } from '@envase/domain';
import { readDateAndClock, readTime } from '../kit/times.ts';

/** What the word behind a time says: the clock of a place, or an offset however the place sets its clocks. */
const places: Readonly<Record<string, string>> = {
  PT: 'America/Vancouver',
  MT: 'America/Edmonton',
  CT: 'America/Winnipeg',
  ET: 'America/Toronto',
  AT: 'America/Halifax',
  NT: 'America/St_Johns',
};

const offsets: Readonly<Record<string, string>> = {
  PST: '-08:00',
  PDT: '-07:00',
  MST: '-07:00',
  MDT: '-06:00',
  CST: '-06:00',
  CDT: '-05:00',
  EST: '-05:00',
  EDT: '-04:00',
  AST: '-04:00',
  ADT: '-03:00',
  NST: '-03:30',
  NDT: '-02:30',
};

const withWord = /^(\d{4}-\d{2}-\d{2})[ T](\d{1,2}:\d{2}(?::\d{2})?)(?: ?([A-Z]{2,4}))?$/i;

/**
 * `YYYY-MM-DD HH:MM[:SS] TZ` as a moment; null for another form or a word that is none of the vendor's. Without a word it is
 * local to `zone`. A word for standard or daylight time keeps the two hours apart when the clocks go back.
 */
export function readZonedTime(text: string | null, zone: string | null): SourceTime | null {
  const [, date, clock, word] = withWord.exec(text ?? '') ?? [];
  if (date === undefined || clock === undefined) return readTime(text, zone);
  if (word === undefined) return readDateAndClock(date, clock, zone);
  const name = word.toUpperCase();
  if (Object.hasOwn(offsets, name)) return fixed(date, clock, offsets[name] ?? '');
  return Object.hasOwn(places, name) ? readDateAndClock(date, clock, places[name] ?? null) : null;
}

function fixed(date: string, clock: string, offset: string): SourceTime | null {
  const local = readDateAndClock(date, clock, null)?.at.slice(0, 19);
  return local === undefined ? null : readTime(`${local}${offset}`, null);
}
