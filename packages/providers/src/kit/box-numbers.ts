import { normalizeNumber } from '@envase/domain';

export interface RailUnit {
  /** The owner's mark, up to four letters. */
  initial: string;
  /** Up to six digits; the check digit is not part of it. */
  number: string;
}

/** A box as railroads write it (4 + 6, no check digit); null when it is not of that form. */
export function splitForRail(number: string): RailUnit | null {
  const found = /^([A-Z]{2,4})(\d{1,6})\d?$/.exec(normalizeNumber(number));
  const [, initial, digits] = found ?? [];
  return initial && digits ? { initial, number: digits } : null;
}

/** One spelling for a unit however a railroad pads it. */
export function railKey({ initial, number }: RailUnit): string {
  return `${initial.trim().toUpperCase()} ${number.trim().replace(/^0+(?=\d)/, '')}`;
}

/** Callers' numbers by the key a provider answers with; several may share one (contract s3, `wrong_check_digit`). */
export function groupByKey(
  numbers: readonly string[],
  keyOf: (number: string) => string | null,
): Map<string, string[]> {
  const groups = new Map<string, string[]>();
  for (const number of numbers) {
    const key = keyOf(number);
    if (key === null) continue;
    const group = groups.get(key);
    if (group) group.push(number);
    else groups.set(key, [number]);
  }
  return groups;
}
