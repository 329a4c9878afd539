import type { BoxState } from '../../journey/box-state.ts';
import { addDays, localTime } from '../../zone.ts';

const zone = 'America/New_York';

const columns = [
  'Unit Nbr',
  'Type ISO',
  'Line Op',
  'Category',
  'Frght Kind',
  'T-State',
  'Position',
  'Time In',
  'Time Out',
  'Last Free Day',
  'Holds',
  'Vessel',
  'Voyage',
  'BL Nbr',
];

/** `2026-06-04 03:00`, on the clock of the port and without a zone. */
function at(ms: number | undefined): string {
  if (ms === undefined) return '';
  const { date, time } = localTime(ms, zone);
  return `${date} ${time.slice(0, 5)}`;
}

function placeOf({ happened, inYard, facts, site }: BoxState): [state: string, position: string] {
  const terminal = site ?? 'GCT';
  if (happened.outgated !== undefined) return ['Departed', `T-${terminal}`];
  return inYard ? ['Yard', `Y-${terminal}-${facts.lot.row}${facts.lot.lot}`] : ['Inbound', `V-${terminal}`];
}

function lastFreeDay({ freeDays, freeDaysSetAt }: BoxState): string {
  return freeDays === null ? '' : addDays(localTime(freeDaysSetAt, zone).date, freeDays);
}

const quote = (cell: string) => (/[",\n]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell);

function rowOf(state: BoxState): string {
  const { facts, happened } = state;
  const cells = [
    ...[state.number, facts.isoCode, facts.lineCode, 'IMPRT', 'FCL'],
    ...placeOf(state),
    ...[at(happened.discharged), at(happened.outgated), lastFreeDay(state)],
    state.holds.map(({ text }) => text).join(';'),
    ...[facts.vesselName, facts.importVoyage, facts.billOfLading],
  ];
  return cells.map(quote).join(',');
}

/** An answer file, all of it inferred: the columns that Navis N4 has, a line break at the end of each row. */
export function renderAnswer(
  states: readonly BoxState[],
  change: (rows: readonly string[]) => readonly string[],
): string {
  return [columns.join(','), ...change(states.map(rowOf))].map((row) => `${row}\n`).join('');
}
