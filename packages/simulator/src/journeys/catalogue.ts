import type { CanonicalStatus } from '@envase/contracts';
import type { JourneyKind, Script } from '../journey/script.ts';
import { bookingScripts } from './booking.ts';
import { lineScripts } from './line.ts';
import { railScripts } from './rail.ts';
import { terminalScripts } from './terminal.ts';

/** Every journey there is. */
export const scripts: readonly Script[] = [
  ...terminalScripts,
  ...railScripts,
  ...lineScripts,
  ...bookingScripts,
];

/** Statuses in which a scripted journey can end for a tracer. */
export const terminalStatuses: readonly CanonicalStatus[] = [...new Set(scripts.map((script) => script.end))];

/** The journey of that name, or null. */
export function findScript(name: string): Script | null {
  return scripts.find((script) => script.name === name) ?? null;
}

const byDefault: Record<JourneyKind, string> = {
  terminal: 'import',
  rail: 'rail_import',
  line: 'ocean',
  booking: 'export_booking',
};

// What the last digit of the serial (of a booking: the last digit) asks for.
const byEnding: Record<JourneyKind, Readonly<Record<string, string>>> = {
  terminal: { 6: 'hold_twice', 7: 'fee_due', 8: 'not_found_yet', 9: 'never_found' },
  rail: { 8: 'rail_not_found_yet', 9: 'never_found' },
  line: { 6: 'ocean_hold', 7: 'ocean_transshipment', 8: 'ocean_not_found_yet', 9: 'never_found' },
  booking: { 9: 'never_found' },
};

/** The journey a number makes unless it was given another (README: endings). */
export function chooseScript(kind: JourneyKind, ending: string): Script {
  const name = byEnding[kind][ending] ?? byDefault[kind];
  const script = findScript(name);
  if (!script) throw new Error(`no journey is called ${name}`);
  return script;
}
