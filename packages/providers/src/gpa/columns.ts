import type { Row } from '../kit/fields.ts';
import { textOf } from '../kit/fields.ts';

/** Columns by what they tell: the names that Navis N4 gives them, which GPA runs since 2022. Inferred. */
const columns = {
  number: 'Unit Nbr',
  isoType: 'Type ISO',
  line: 'Line Op',
  category: 'Category',
  freight: 'Frght Kind',
  state: 'T-State',
  position: 'Position',
  timeIn: 'Time In',
  timeOut: 'Time Out',
  lastFreeDay: 'Last Free Day',
  holds: 'Holds',
  vessel: 'Vessel',
  voyage: 'Voyage',
  billOfLading: 'BL Nbr',
} as const;
export type Column = keyof typeof columns;

/** The text of a cell; null for a blank one and for a column that the file has not. */
export function cellOf(row: Row, column: Column): string | null {
  return textOf(row, columns[column]);
}

export function nameOf(column: Column): string {
  return columns[column];
}

/** `T-State`, in capitals: where N4 has a unit in its visit. Two of them say where the box is. */
export const states: ReadonlySet<string> = new Set([
  'ADVISED',
  'INBOUND',
  'EC/IN',
  'YARD',
  'EC/OUT',
  'LOADED',
  'DEPARTED',
  'RETIRED',
]);

/** `Category` other than an import: other trips of the box. */
export const otherCategories: ReadonlySet<string> = new Set(['EXPRT', 'TRSHP', 'STRGE', 'THRGH', 'DOMES']);

/** `Frght Kind`: full, less than full, bulk in bags, empty. */
export const freightKinds: Readonly<Record<string, 'laden' | 'empty'>> = {
  FCL: 'laden',
  LCL: 'laden',
  BBK: 'laden',
  MTY: 'empty',
};
