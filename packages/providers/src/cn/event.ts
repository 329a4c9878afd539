import type { Milestone, MilestoneCode, SourceTime } from '@envase/domain';
import { type Drift, type Row, rowOf, textOf } from '../kit/fields.ts';
import { type EventMeaning, events } from './codes.ts';
import { isSameStation, readStation, type Station } from './stations.ts';
import { readZonedTime } from './zone-words.ts';

/** One shipment of the box, while it is mapped. */
export interface Reading {
  row: Row;
  destination: Station | null;
  /** Of the published site, for times that name neither a zone nor a station. */
  zone: string | null;
  drift: Drift;
}

export interface Whereabouts {
  milestones: Milestone[];
  lot: string | null;
  /** It has come to the destination, or gone from it. */
  hasArrived: boolean;
}

const nowhere: Whereabouts = { milestones: [], lot: null, hasArrived: false };
const standsStill: ReadonlySet<MilestoneCode> = new Set(['rail-arrived', 'rail-unloaded']);

/** What the latest event says of where the box is. */
export function readEvent({ row, destination, zone, drift }: Reading): Whereabouts {
  const event = rowOf(row, 'Event');
  const station = readStation(rowOf(event, 'Location'));
  const isHere = isSameStation(station, destination);
  const isElsewhere = station !== null && destination !== null && !isHere;
  const meaning = meaningOf(textOf(event, 'Description'), drift);
  const time = readTimeOf(event, 'Event.Time', { station, zone, drift });
  const isAnywhere = meaning?.here === meaning?.elsewhere;
  const told = isAnywhere || isHere || isElsewhere ? meaning : null;
  const code = (isHere ? told?.here : told?.elsewhere) ?? null;
  const at = (one: MilestoneCode, moment: SourceTime | null): Milestone => ({
    code: one,
    time: moment,
    location: station?.location ?? null,
  });
  if (code === null) return isHere && station?.site ? arrive(row, at('rail-arrived', null)) : nowhere;
  if (standsStill.has(code)) return arrive(row, at(code, time));
  if (code === 'ingated' && !isLaden(row)) return nowhere;
  // A train that came in on the way set out at another time.
  return { ...nowhere, milestones: [at(code, isAnywhere ? time : null)], hasArrived: code === 'outgated' };
}

/** At the destination; a lot counts once the box is off the car. */
function arrive(row: Row, arrived: Milestone): Whereabouts {
  const lot = textOf(row, 'FlatcarEquipmentId') === null ? readLot(row) : null;
  const grounded: Milestone = { ...arrived, code: 'grounded', time: null };
  return { milestones: lot ? [arrived, grounded] : [arrived], lot, hasArrived: true };
}

function meaningOf(text: string | null, drift: Drift): EventMeaning | null {
  const word = text?.toUpperCase() ?? '';
  const meaning = Object.hasOwn(events, word) ? events[word] : undefined;
  if (!meaning) drift.note('Event.Description', text);
  return meaning ?? null;
}

function isLaden(row: Row): boolean {
  return textOf(row, 'LoadEmpty')?.toUpperCase() === 'L';
}

/** `{Lot, Row, Spot}` as one client read it, or the text of the sample. */
function readLot(row: Row): string | null {
  const parts = rowOf(row, 'LotLocation');
  const named = ['Lot', 'Row', 'Spot'].flatMap((field) => textOf(parts, field) ?? []);
  return named.join('-') || textOf(row, 'LotLocation');
}

/** Where the train is expected, and when; nothing once the box is there. */
export function readEta({ row, zone, drift }: Reading, { hasArrived }: Whereabouts): Milestone[] {
  const eta = rowOf(row, 'ETA');
  const station = readStation(rowOf(eta, 'Location'));
  const time = readTimeOf(eta, 'ETA.Time', { station, zone, drift });
  if (!time || hasArrived) return [];
  return [{ code: 'eta', time, location: station?.location ?? null, mode: 'rail' }];
}

/** A time of the vendor's; zone-less it is local to its station, or to the published site where no station is named. */
function readTimeOf(
  row: Row,
  field: string,
  { station, zone, drift }: { station: Station | null; zone: string | null; drift: Drift },
): SourceTime | null {
  const text = textOf(row, 'Time');
  const time = readZonedTime(text, station ? (station.site?.timeZone ?? null) : zone);
  if (!time) drift.note(field, text);
  return time;
}
