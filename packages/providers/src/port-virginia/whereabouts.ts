import type { EventLocation } from '@envase/contracts';
import type { Milestone, SourceTime } from '@envase/domain';
import { type Drift, type Row, textOf } from '../kit/fields.ts';
import { instantOf, isNoDate, readTime } from '../kit/times.ts';
import type { ProviderSite } from '../provider.ts';
import { actions, modes, states } from './codes.ts';
import { portZone } from './manifest.ts';

/** One box at one terminal, while it is mapped. */
export interface Reading {
  row: Row;
  site: ProviderSite | null;
  place: EventLocation | null;
  drift: Drift;
}

export interface Whereabouts {
  milestones: Milestone[];
  /** It stands in the yard. */
  isThere: boolean;
}

/** What has happened to the box, by its times, its last action and its state. */
export function readWhereabouts(reading: Reading): Whereabouts {
  const { row, place, drift } = reading;
  const action = readAction(reading);
  const state = readWord(row, 'shipmentState', { known: states, drift });
  const arrived = readArrival(reading, action);
  const leaving = readLeaving(reading, { action, state });
  const returned = readReturn(reading, { action, leaving });
  const isGone = leaving.isGone || returned !== null;
  const isThere = !isGone && (state === 'YARD' || (arrived !== null && textOf(row, 'yardBlock') !== null));
  const steps = [arrived, leaving.milestone, returned].filter((one) => one !== null);
  if (isThere) steps.push({ code: 'grounded', time: null, location: place });
  if (steps.length > 0 || isGone || !action) return { milestones: steps, isThere };
  return { milestones: [action], isThere };
}

/** A zone-less time is the port's; its zone is marked as assumed where the terminal is not known. */
function readPortTime({ row, site, drift }: Reading, field: string): SourceTime | null {
  const text = textOf(row, field);
  const time = readTime(text, site?.timeZone ?? portZone);
  if (!time && !isNoDate(text)) drift.note(field, text);
  const hasOffset = /(Z|[+-]\d{2}(:?\d{2})?)$/i.test(text?.slice(10) ?? '');
  return time && !site && !hasOffset ? { ...time, zoneAssumed: true } : time;
}

const actionWords: ReadonlySet<string> = new Set(Object.keys(actions));

function readAction({ row, place, drift }: Reading): Milestone | null {
  const word = readWord(row, 'shipmentAction', { known: actionWords, drift });
  const { code = null, mode } = (word !== null && actions[word]) || {};
  return code && { code, time: null, location: place, ...(mode && { mode }) };
}

/** Off the vessel. Of the time at which it came in, the mode says whether that was by vessel. */
function readArrival(reading: Reading, action: Milestone | null): Milestone | null {
  const { row, place, drift } = reading;
  const inTime = readPortTime(reading, 'inTime');
  const mode = readWord(row, 'inCarrierMode', { known: modes, drift });
  const isVessel = mode === 'VESSEL' && inTime !== null;
  if (!isVessel && action?.code !== 'discharged') return null;
  return { code: 'discharged', time: isVessel ? inTime : null, location: place };
}

interface Leaving {
  milestone: Milestone | null;
  time: SourceTime | null;
  /** It left, or may have: there is a time of leaving that cannot be read. */
  isGone: boolean;
}

function readLeaving(
  reading: Reading,
  { action, state }: { action: Milestone | null; state: string | null },
): Leaving {
  const { row, place, drift } = reading;
  const time = readPortTime(reading, 'outTime');
  const text = textOf(row, 'outTime');
  const mode = readWord(row, 'outCarrierMode', { known: modes, drift });
  // An import object names no mode: what it tells of are trucks.
  const by = textOf(row, 'outCarrierMode') === null ? 'TRUCK' : mode;
  const isTold = time !== null || action?.code === 'outgated';
  const isUnclear = text !== null && time === null && !isNoDate(text);
  const milestone = isTold && by !== null ? leavingBy(by, { time, location: place }) : null;
  return { milestone, time, isGone: isTold || isUnclear || state === 'DEPARTED' };
}

/** Of what leaves by vessel or barge nothing is told: it goes on to another terminal. */
function leavingBy(mode: string, left: Pick<Milestone, 'time' | 'location'>): Milestone | null {
  if (mode === 'TRUCK') return { code: 'outgated', ...left };
  return mode === 'RAIL' ? { code: 'rail-departed', ...left, mode: 'rail' } : null;
}

/** An empty that came back after this visit: an earlier return belongs to an earlier trip. */
function readReturn(
  reading: Reading,
  { action, leaving }: { action: Milestone | null; leaving: Leaving },
): Milestone | null {
  const time = readPortTime(reading, 'emptyReturnTime');
  const isAfter = leaving.isGone && time !== null && instantOf(time) >= instantOf(leaving.time);
  if (isAfter) return { code: 'returned', time, location: reading.place };
  return action?.code === 'returned' ? { code: 'returned', time: null, location: reading.place } : null;
}

/** A word of the vendor's in capitals; null for none, and for one that is not known. */
function readWord(
  row: Row,
  field: string,
  { known, drift }: { known: ReadonlySet<string>; drift: Drift },
): string | null {
  const text = textOf(row, field);
  const word = text?.toUpperCase() ?? null;
  if (word === null || known.has(word)) return word;
  drift.note(field, text);
  return null;
}
