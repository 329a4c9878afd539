import { Temporal } from '@js-temporal/polyfill';

type Reader = (text: string) => string | null;

const readers = {
  'YYYY-MM-DD HH:mm[:ss]': read(
    /^(?<y>\d{4})-(?<m>\d\d?)-(?<d>\d\d?)[T ](?<H>\d\d?):(?<M>\d\d)(?::(?<S>\d\d))?$/,
  ),
  'YYYY-MM-DD HH.MM.SS': read(/^(?<y>\d{4})-(?<m>\d\d?)-(?<d>\d\d?)[ -](?<H>\d\d?)\.(?<M>\d\d)\.(?<S>\d\d)$/),
  'MM/DD/YYYY HH:mm': read(/^(?<m>\d\d?)\/(?<d>\d\d?)\/(?<y>\d{4}) (?<H>\d\d?):(?<M>\d\d)(?::(?<S>\d\d))?$/),
  'MM/DD/YYYY hh:mm A': read(
    /^(?<m>\d\d?)\/(?<d>\d\d?)\/(?<y>\d{4}) (?<H>\d\d?):(?<M>\d\d)(?::(?<S>\d\d))? ?(?<half>[AP])M$/i,
  ),
} satisfies Record<string, Reader>;

/** Ways in which sources write a local time. */
export type LocalPattern = keyof typeof readers;

/** A source's local time as `YYYY-MM-DDTHH:mm:ss`, without a zone; null for what is blank, another pattern or no such time. */
export function parseLocalDateTime(text: string | null | undefined, pattern: LocalPattern): string | null {
  return text ? readers[pattern](text.trim().replace(/\s+/g, ' ')) : null;
}

const dateShapes = [
  /^(?<y>\d{4})-(?<m>\d\d?)-(?<d>\d\d?)(?:[T ].*)?$/,
  /^(?<m>\d\d?)\/(?<d>\d\d?)\/(?<y>\d{4})(?: .*)?$/,
  /^(?<y>\d{4})(?<m>\d\d)(?<d>\d\d)$/,
];

/**
 * A calendar date `YYYY-MM-DD` from `YYYY-MM-DD`, `MM/DD/YYYY` or `YYYYMMDD`; null for what is none, like `N/A`. A time of day
 * behind it is dropped as written: a last free day is a date at the place, never an instant (contract s4).
 */
export function toDate(text: string | null | undefined): string | null {
  const trimmed = text?.trim() ?? '';
  for (const shape of dateShapes) {
    const { y, m, d } = shape.exec(trimmed)?.groups ?? {};
    if (y === undefined) continue;
    return orNull(() => Temporal.PlainDate.from(fields({ y, m, d }), { overflow: 'reject' }).toString());
  }
  return null;
}

function read(shape: RegExp): Reader {
  return (text) => {
    const groups = shape.exec(text)?.groups;
    if (!groups) return null;
    const { H, M, S, half } = groups;
    const hour = half === undefined ? Number(H) : toDayHour(Number(H), half);
    const time = { hour, minute: Number(M), second: Number(S ?? 0) };
    return orNull(() =>
      Temporal.PlainDateTime.from({ ...fields(groups), ...time }, { overflow: 'reject' }).toString({
        smallestUnit: 'second',
      }),
    );
  };
}

function toDayHour(hour: number, half: string): number {
  if (hour < 1 || hour > 12) return Number.NaN;
  return (hour % 12) + (half.toUpperCase() === 'P' ? 12 : 0);
}

function fields({ y, m, d }: Record<string, string | undefined>) {
  return { year: Number(y), month: Number(m), day: Number(d) };
}

function orNull(make: () => string): string | null {
  try {
    return make();
  } catch (error) {
    // No such day or hour, e.g. 02/30 or 25:00.
    if (error instanceof RangeError) return null;
    throw error;
  }
}
