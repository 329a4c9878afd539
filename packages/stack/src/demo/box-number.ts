import { checkDigitOf } from '@envase/simulator';

const owners = ['MSCU', 'MAEU', 'HLXU', 'OOLU', 'TCLU', 'TGHU'] as const;

/** The n-th box of a demonstration, with its check digit. The last digit of the serial is what the simulator goes by. */
export function boxNumber(n: number, ending: number): string {
  const owner = owners[n % owners.length] ?? owners[0];
  const serial = String(n % 100_000).padStart(5, '0');
  const ten = `${owner}${serial}${ending}`;
  return `${ten}${checkDigitOf(ten)}`;
}
