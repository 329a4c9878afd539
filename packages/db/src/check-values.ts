/**
 * The last gate before a filter (quality S6): what is not plain text, a date or a whole number throws, so that no object of
 * a caller ever becomes an operator and no missing id becomes a filter that matches more.
 */
export function requireText(value: unknown, name: string): string {
  if (typeof value === 'string' && value.length > 0) return value;
  throw new TypeError(`${name} must be a text that is not empty`);
}

export function requireTexts(values: readonly unknown[], name: string): string[] {
  if (!Array.isArray(values)) throw new TypeError(`${name} must be a list`);
  return values.map((value) => requireText(value, name));
}

export function requireDate(value: unknown, name: string): Date {
  if (value instanceof Date && !Number.isNaN(value.getTime())) return value;
  throw new TypeError(`${name} must be a valid date`);
}

/** At least 1: to MongoDB a limit of 0 means "everything". */
export function requireLimit(value: unknown): number {
  if (typeof value === 'number' && Number.isSafeInteger(value) && value > 0) return value;
  throw new TypeError('limit must be a whole number above 0');
}

export function requireWhole(value: unknown, name: string): number {
  if (typeof value === 'number' && Number.isSafeInteger(value)) return value;
  throw new TypeError(`${name} must be a whole number`);
}
