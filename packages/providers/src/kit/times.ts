import { parseLocalDateTime, type SourceTime, toDate, toEpochMs, toSourceTime } from '@envase/domain';

/** A source's time (contract s4), null when it is none. Vendors write "no date" as year 1, 1900 or 9999: none too. */
export function readTime(text: string | null, zone: string | null): SourceTime | null {
  return hasPlausibleYear(text) ? toSourceTime(text, zone) : null;
}

/** A calendar date `YYYY-MM-DD`; of a time, the day its own clock shows. Null when it is none. */
export function readDate(text: string | null): string | null {
  const date = toDate(text);
  return hasPlausibleYear(date) ? date : null;
}

/** A date and a time of day that stand in two members, local to `zone`; null unless both can be read. */
export function readDateAndClock(
  date: string | null,
  clock: string | null,
  zone: string | null,
): SourceTime | null {
  const day = readDate(date);
  const half = /[ap]m$/i.test(clock ?? '');
  if (!day || !clock) return null;
  const [year, month, dayOfMonth] = day.split('-');
  const local = half
    ? parseLocalDateTime(`${month}/${dayOfMonth}/${year} ${clock}`, 'MM/DD/YYYY hh:mm A')
    : parseLocalDateTime(`${day} ${withColon(clock)}`, 'YYYY-MM-DD HH:mm[:ss]');
  return toSourceTime(local, zone);
}

/** The instant of a source's time in milliseconds; earliest of all when there is none. */
export function instantOf(time: SourceTime | null): number {
  return toEpochMs(time?.at) ?? Number.NEGATIVE_INFINITY;
}

// `615` and `0615` for 06:15, as railroads print it.
function withColon(clock: string): string {
  return clock.replace(/^(\d{1,2})(\d{2})$/, '$1:$2');
}

/** Whether a text is one of the dates by which vendors write "none". */
export function isNoDate(text: string | null): boolean {
  return /^\d{4}-/.test(text?.trim() ?? '') && !hasPlausibleYear(text);
}

function hasPlausibleYear(text: string | null): text is string {
  return /^2[01]\d\d-/.test(text?.trim() ?? '');
}
