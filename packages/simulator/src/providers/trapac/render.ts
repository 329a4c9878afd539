import type { BoxState } from '../../journey/box-state.ts';
import type { Hold } from '../../journey/script.ts';
import { addDays, localTime } from '../../zone.ts';
import type { Site } from '../provider.ts';

/** `06/09/2026` */
function american(date: string): string {
  const [year, month, day] = date.split('-');
  return `${month}/${day}/${year}`;
}

function flag({ holds }: BoxState, kind: Hold['kind']): 'HELD' | 'Released' {
  return holds.some((hold) => hold.kind === kind) ? 'HELD' : 'Released';
}

// The page shows the traffic mitigation fee beside other holds, and a text that stays when the box has left.
function terminalHold({ holds, happened }: BoxState, { id }: Site): string[] {
  if (happened.outgated !== undefined) return ['VESSEL WORKING AREA'];
  return holds.length > 0 && id === 'LAX' ? ['PIERPASS TMF HOLD'] : [];
}

function yardDescription({ happened, inYard, facts }: BoxState, { zone }: Site): string {
  const { outgated } = happened;
  if (outgated !== undefined) {
    const { date, time } = localTime(outgated, zone);
    return `Delivered ${american(date)} ${time.slice(0, 5)}`;
  }
  return inYard ? `In Yard (#${facts.lot.lot}0${facts.lot.row} row) Grounded` : '';
}

function lastFreeDay({ freeDays, freeDaysSetAt }: BoxState, { zone }: Site): string {
  if (freeDays === null) return 'N/A';
  return american(addDays(localTime(freeDaysSetAt, zone).date, freeDays));
}

function demurrageStatus({ happened, owed }: BoxState): string {
  if (happened.outgated !== undefined) return 'No demurrage to display. Cargo has been delivered';
  return Number(owed) > 0 ? 'Demurrage due' : 'No demurrage';
}

/** One row of a box that the terminal has, or expects. */
export function renderAvailability(state: BoxState, site: Site) {
  const { facts, happened, inYard } = state;
  return {
    availabilityType: 'Container',
    number: state.number,
    line: facts.lineCode.slice(0, 2),
    holdsLine: flag(state, 'freight'),
    holdsCustoms: flag(state, 'customs'),
    holdsUSDA: flag(state, 'usda'),
    terminalHold: terminalHold(state, site),
    lfd: lastFreeDay(state, site),
    amount: Number(state.owed),
    hold: happened.outgated === undefined ? 'N/A' : 'NO',
    yardDescription: yardDescription(state, site),
    yardStatus: inYard ? 'Grounded' : '',
    size: Number(facts.lengthFeet),
    cargoType: facts.typeCode === 'RF' ? 'RF' : 'SD',
    height: Number(facts.heightCode),
    vessel: facts.vesselName.replaceAll(/[^A-Z]/g, '').slice(0, 3),
    voyage: facts.importVoyage,
    demurrageStatus: demurrageStatus(state),
    demurrageSchedule: null,
    errorCode: 0,
    errorDescription: null,
  };
}

/** The row of a number that the terminal does not know; its code and text are inferred. */
export function renderMissing(number: string) {
  return { availabilityType: 'Container', number, errorCode: 1, errorDescription: 'Not on file' };
}
