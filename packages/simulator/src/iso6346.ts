/** A box number in its parts (ISO 6346): 4 letters, 6 digits, check digit. */
export interface BoxNumber {
  initial: string;
  serial: string;
  checkDigit: string;
  /** All 11 characters. */
  full: string;
}

// A is 10; multiples of 11 are skipped, so that a letter never weighs nothing.
const letterValues = new Map<string, number>();
for (let code = 65, value = 10; code <= 90; code += 1, value += 1) {
  if (value % 11 === 0) value += 1;
  letterValues.set(String.fromCharCode(code), value);
}

/** The check digit of 4 letters and 6 digits; a remainder of 10 is written 0 (ISO 6346). */
export function checkDigitOf(ten: string): string {
  let sum = 0;
  for (let place = 0; place < 10; place += 1) {
    const character = ten[place] ?? '0';
    sum += (letterValues.get(character) ?? Number(character)) * 2 ** place;
  }
  return String((sum % 11) % 10);
}

/** Parts of a number of 10 (completed) or 11 characters (taken as it is); null when it is neither. */
export function parseBoxNumber(text: string): BoxNumber | null {
  const found = /^([A-Z]{4})(\d{6})(\d?)$/.exec(text.toUpperCase().replaceAll(/[\s.-]/g, ''));
  if (!found) return null;
  const [, initial = '', serial = '', given = ''] = found;
  const checkDigit = given === '' ? checkDigitOf(initial + serial) : given;
  return { initial, serial, checkDigit, full: `${initial}${serial}${checkDigit}` };
}
