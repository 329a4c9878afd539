/** A record of an answer whose members have not been checked. */
export type Row = Readonly<Record<string, unknown>>;

/** The value as a record; anything else is an empty one, so that mappers need not ask. */
export function asRow(value: unknown): Row {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return {};
  // A plain object has string keys and unknown values: that is all `Row` says.
  return value as Row;
}

/** Only what the answer itself holds, never what a prototype lends. */
export function memberOf(row: Row, key: string): unknown {
  return Object.hasOwn(row, key) ? row[key] : undefined;
}

export function rowOf(row: Row, key: string): Row {
  return asRow(memberOf(row, key));
}

/** The records of a list; a single record counts as a list of one. */
export function rowsOf(value: unknown): Row[] {
  const list = Array.isArray(value) ? value : [value];
  return list.filter((one) => typeof one === 'object' && one !== null && !Array.isArray(one)).map(asRow);
}

/** Text without the blanks around it; numbers and booleans as text; null when there is none. */
export function textOf(row: Row, key: string): string | null {
  const value = memberOf(row, key);
  if (typeof value === 'number' && Number.isFinite(value)) return String(value);
  if (typeof value === 'boolean') return String(value);
  if (typeof value !== 'string') return null;
  return value.trim() || null;
}

const yes = new Set(['yes', 'y', 'true', '1']);
const no = new Set(['no', 'n', 'false', '0']);

/** A yes or no in any of the vendors' spellings; null when it is neither. */
export function readFlag(text: string | null): boolean | null {
  const word = text?.toLowerCase() ?? '';
  if (yes.has(word)) return true;
  return no.has(word) ? false : null;
}

/** An amount of money as a decimal string with two places or more (contract s9); null when it is none. */
export function readAmount(text: string | null): string | null {
  const plain = text?.replace(/^\$\s*/, '') ?? '';
  const found = /^(\d{1,3}(?:,\d{3})+|\d{1,12})(?:\.(\d{1,4}))?$/.exec(plain);
  if (!found?.[1]) return null;
  const whole = found[1].replaceAll(',', '').replace(/^0+(?=\d)/, '');
  return `${whole}.${(found[2] ?? '').padEnd(2, '0')}`;
}

/** A length in whole feet between 8 and 60 as a string (contract s4), or null. */
export function readFeet(text: string | null): string | null {
  const found = /^0*(\d{1,2})$/.exec(text ?? '')?.[1];
  return found && Number(found) >= 8 && Number(found) <= 60 ? found : null;
}

const lengths: Readonly<Record<string, string>> = {
  1: '10',
  2: '20',
  3: '30',
  4: '40',
  H: '43',
  L: '45',
  M: '48',
  P: '53',
};

/** Feet by the first character of an ISO 6346 size and type code, null where it says none we name. */
export function lengthOfIsoType(isoType: string | null): string | null {
  return (isoType && lengths[isoType.charAt(0)]) || null;
}

/** An ISO 6346 size and type code, or null. */
export function readIsoType(text: string | null): string | null {
  const code = text?.toUpperCase() ?? '';
  return /^[0-9A-Z]{4}$/.test(code) ? code : null;
}

export interface Drift {
  /** Keeps `field:value` once; nothing for a value that is not there. */
  note(field: string, value: unknown): void;
  readonly codes: string[];
}

const mostCodes = 20;
const mostCharacters = 60;

/** Collects what a mapper did not know, for `Observed.unknownCodes`. */
export function createDrift(): Drift {
  const codes: string[] = [];
  return {
    codes,
    note(field, value) {
      const text = typeof value === 'string' ? value.trim() : typeof value;
      if (text === '' || value === undefined || value === null) return;
      const code = `${field}:${text.slice(0, mostCharacters)}`;
      if (codes.length < mostCodes && !codes.includes(code)) codes.push(code);
    },
  };
}
