import { checkDigitOf } from '../../iso6346.ts';
import type { JourneyKind } from '../../journey/script.ts';
import type { BoxKey } from '../../world/world.ts';

/** A unit as the railroad writes it: no check digit. */
export interface Unit {
  equipmentInitial: string;
  equipmentNumber: string;
}

/** `XTRU100002` in two parts; null when it is no unit. An eleventh digit is the check digit and is dropped. */
export function parseUnit(text: string): Unit | null {
  const found = /^([A-Z]{1,4})(\d{1,6})\d?$/.exec(text.trim().toUpperCase());
  const [, equipmentInitial, equipmentNumber] = found ?? [];
  return equipmentInitial && equipmentNumber ? { equipmentInitial, equipmentNumber } : null;
}

/** The whole number of a unit: padded, and with its check digit where the mark can have one. */
export function wholeNumber({ equipmentInitial, equipmentNumber }: Unit): string {
  const ten = `${equipmentInitial}${equipmentNumber.padStart(6, '0')}`;
  return ten.length === 10 ? `${ten}${checkDigitOf(ten)}` : ten;
}

/** Under what the world keeps a unit. */
export function keyOfUnit(unit: Unit): BoxKey {
  const kind: JourneyKind = 'rail';
  return { providerId: 'bnsf', kind, number: wholeNumber(unit) };
}
