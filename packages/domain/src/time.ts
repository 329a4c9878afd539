import { Temporal } from '@js-temporal/polyfill';
import type { SourceTime } from './observation.ts';

const isoTime =
  /^(\d{4}-\d{2}-\d{2})[T ](\d{2}:\d{2}(?::\d{2}(?:[.,]\d{1,9})?)?)\s*(Z|z|[+-]\d{2}(?::?\d{2})?)?$/;

/**
 * A source's time with an offset (contract s4). A zone-less one is local to `zone` (IANA): in a gap it moves forward, in an
 * overlap the earlier one is meant; without a known zone it stands at +00:00, marked `zoneAssumed`. A time that carries an
 * offset keeps it. Throws RangeError for what is no ISO date and time; `toSourceTime` answers null instead.
 */
export function resolveLocal(local: string, zone: string | null): SourceTime {
  const key = `${zone ?? ''}|${local}`;
  const seen = resolved.get(key);
  if (seen) return { ...seen };
  const time = resolve(local, zone);
  if (resolved.size >= maxResolved) resolved.clear();
  resolved.set(key, time);
  return { ...time };
}

// A source repeats the same times at every trace, and zone arithmetic takes a tenth of a millisecond.
const resolved = new Map<string, SourceTime>();
const maxResolved = 20_000;

function resolve(local: string, zone: string | null): SourceTime {
  const [, date, time, offset] = isoTime.exec(local.trim()) ?? [];
  if (date === undefined || time === undefined) throw new RangeError('Not an ISO date and time');
  const wallClock = Temporal.PlainDateTime.from(`${date}T${time.replace(',', '.')}`, { overflow: 'reject' });
  if (offset !== undefined) return { at: `${print(wallClock)}${printOffset(offset)}` };
  if (zone === null || !isKnownZone(zone)) return { at: `${print(wallClock)}+00:00`, zoneAssumed: true };
  const moment = wallClock.toZonedDateTime(zone, { disambiguation: 'compatible' });
  return { at: `${print(moment.toPlainDateTime())}${moment.offset}` };
}

/** `resolveLocal`, but null for what is blank or no date and time. */
export function toSourceTime(local: string | null | undefined, zone: string | null): SourceTime | null {
  if (!local) return null;
  try {
    return resolveLocal(local, zone);
  } catch (error) {
    if (error instanceof RangeError) return null;
    throw error;
  }
}

function print(wallClock: Temporal.PlainDateTime): string {
  const hasFraction = wallClock.millisecond + wallClock.microsecond + wallClock.nanosecond > 0;
  return wallClock.toString({ smallestUnit: hasFraction ? 'millisecond' : 'second' });
}

function printOffset(offset: string): string {
  if (offset.toUpperCase() === 'Z') return 'Z';
  const sign = offset[0];
  const [hours = '', minutes = '00'] = [offset.slice(1, 3), offset.replace(':', '').slice(3) || '00'];
  if (Number(hours) > 14 || Number(minutes) > 59) throw new RangeError('Not an offset from UTC');
  return `${sign}${hours}:${minutes}`;
}

/** Whether `zone` is an IANA zone of this runtime; an offset is none. */
export function isKnownZone(zone: string): boolean {
  return clockOf(zone) !== null;
}

/** The calendar date `YYYY-MM-DD` at an epoch millisecond in an IANA zone; UTC where the zone is unknown. */
export function today(nowMs: number, zone: string | null): string {
  return wallClock(nowMs, zone).slice(0, 10);
}

/** Hour of the day, 0–23, and day of the week, 1 (Monday) to 7, at an epoch millisecond in an IANA zone. */
export function localHour(nowMs: number, zone: string | null): { hour: number; dayOfWeek: number } {
  const local = wallClock(nowMs, zone);
  // 1 January 1970 was a Thursday.
  const dayOfWeek = ((((dayNumber(local) + 3) % 7) + 7) % 7) + 1;
  return { hour: Number(local.slice(11, 13)), dayOfWeek };
}

/** Calendar days from today at the place to `date` (`YYYY-MM-DD`): 0 today, 1 tomorrow, negative when it has passed. */
export function daysUntil(date: string, nowMs: number, zone: string | null): number {
  return dayNumber(date) - dayNumber(today(nowMs, zone));
}

function dayNumber(date: string): number {
  return Date.parse(`${date.slice(0, 10)}T00:00:00Z`) / 86_400_000;
}

function wallClock(ms: number, zone: string | null): string {
  const clock = (zone === null ? null : clockOf(zone)) ?? clockOf('UTC');
  return clock?.format(ms) ?? '';
}

const clocks = new Map<string, Intl.DateTimeFormat | null>();

/** A wall clock of the zone, made once; null for no zone. Swedes write dates as ISO does. */
function clockOf(zone: string): Intl.DateTimeFormat | null {
  const seen = clocks.get(zone);
  if (seen !== undefined) return seen;
  const clock = /^[A-Za-z]/.test(zone) ? makeClock(zone) : null;
  // Zones come from manifests; a stream of junk must not grow the memory.
  if (clocks.size < 1000) clocks.set(zone, clock);
  return clock;
}

function makeClock(timeZone: string): Intl.DateTimeFormat | null {
  try {
    return new Intl.DateTimeFormat('sv-SE', { timeZone, dateStyle: 'short', timeStyle: 'medium' });
  } catch (error) {
    if (error instanceof RangeError) return null;
    throw error;
  }
}

/** Epoch milliseconds of an ISO time with offset; null for null and for what is none. */
export function toEpochMs(at: string | null | undefined): number | null {
  if (!at) return null;
  const ms = Date.parse(at);
  return Number.isNaN(ms) ? null : ms;
}
