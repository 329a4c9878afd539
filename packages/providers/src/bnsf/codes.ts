import type { MilestoneCode } from '@envase/domain';
import { type Row, textOf } from '../kit/fields.ts';

/** Texts of `derivedEquipmentStatusName` for a unit that the railroad does not have. */
const absences = new Set(['not in bnsf inventory', 'no details found for unit']);

/** Texts for one that it has, and what they say happened. `In Transit` is inferred. */
export const presences: Readonly<Record<string, MilestoneCode>> = {
  'on the ground': 'grounded',
  'in transit': 'rail-departed',
};

/** `eventCode` of unit details: `DR` stands in the vendor's sample, the others are inferred. Null: known, tells no step. */
export const unitEvents: Readonly<Record<string, MilestoneCode | null>> = {
  DR: 'rail-unloaded',
  TD: 'rail-departed',
  PS: null,
};

/** `equipmentLocationCode`: `G` stands in the vendor's sample, `R` (on a rail car) is inferred. */
export const locationCodes: Readonly<Record<string, MilestoneCode | null>> = { G: 'grounded', R: null };

/** `eventCode` of a gate receipt that says which way the unit went (X12 elements 304 and 157; inferred for BNSF). */
export const gateEvents: Readonly<Record<string, 'in' | 'out'>> = {
  OGT: 'out',
  OA: 'out',
  IGT: 'in',
  I: 'in',
};

const signsOfLife = ['eventCode', 'equipmentLocationCode', 'station333', 'destinationStation333'];

/** Whether a row of unit details is about a unit in the railroad's hands; one that says nothing is not. */
export function isInInventory(unit: Row | null): boolean {
  if (!unit) return false;
  const status = textOf(unit, 'derivedEquipmentStatusName')?.toLowerCase();
  return status === undefined
    ? signsOfLife.some((field) => textOf(unit, field) !== null)
    : !absences.has(status);
}
