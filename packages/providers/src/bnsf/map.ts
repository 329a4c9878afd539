import type { Destination, EventLocation } from '@envase/contracts';
import { type Milestone, notFound, type Observed, type SourceTime } from '@envase/domain';
import {
  asRow,
  createDrift,
  type Drift,
  type Row,
  readFeet,
  readFlag,
  rowOf,
  rowsOf,
  textOf,
} from '../kit/fields.ts';
import { readDate, readTime } from '../kit/times.ts';
import type { MapContext } from '../provider.ts';
import { isInInventory, locationCodes, presences, unitEvents } from './codes.ts';
import { newestReceipt, readGateMove } from './receipts.ts';
import { placeOfStation, zoneOfStation } from './stations.ts';

/** Maps a slice of BNSF's answers (`BnsfSlice`); pure. */
export function mapBnsf(slice: unknown, context: MapContext): Observed {
  const drift = createDrift();
  const unit = rowOf(asRow(slice), 'unit');
  const isKnown = Object.keys(unit).length > 0 && isInInventory(unit);
  const observed = isKnown
    ? mapUnit(unit, context, drift)
    : mapReceipts(rowsOf(asRow(slice).receipts), context, drift);
  return { ...observed, unknownCodes: drift.codes };
}

function mapUnit(unit: Row, context: MapContext, drift: Drift): Observed {
  const station = textOf(unit, 'station333');
  const state = textOf(unit, 'stationStateCode');
  const zone = zoneOfStation(station, state);
  const place = placeOfStation(station, state);
  const milestones = readMilestones(unit, { place, zone, drift });
  const isGrounded = milestones.some(({ code }) => code === 'grounded' || code === 'rail-unloaded');
  const freeDay = textOf(unit, 'shipmentLastFreeStorageDate');
  const date = readDate(freeDay?.replaceAll('/', '-') ?? null);
  if (!date) drift.note('shipmentLastFreeStorageDate', freeDay);
  return {
    ...notFound(context.observedAt),
    found: true,
    description: readHeight(unit),
    length: readFeet(textOf(unit, 'equipmentLengthFeet')),
    loaded: readLoaded(unit, drift),
    carrier: { type: 'rail', steamshipLine: null, vessel: null, voyage: null },
    destination: readDestination(unit, 'destinationStateCode'),
    milestones,
    holds: readHolds(unit, drift),
    lastFreeDays: date ? [{ source: 'rail', date }] : [],
    lot: isGrounded ? readLot(unit) : null,
  };
}

interface Place {
  place: EventLocation | null;
  zone: string | null;
  drift: Drift;
}

function readMilestones(unit: Row, { place, zone, drift }: Place): Milestone[] {
  const at = (code: Milestone['code'], time: SourceTime | null): Milestone => ({
    code,
    time,
    location: place,
  });
  const status = lookUp(presences, textOf(unit, 'derivedEquipmentStatusName')?.toLowerCase() ?? null);
  if (status === undefined)
    drift.note('derivedEquipmentStatusName', textOf(unit, 'derivedEquipmentStatusName'));
  const where = lookUp(locationCodes, textOf(unit, 'equipmentLocationCode'));
  if (where === undefined) drift.note('equipmentLocationCode', textOf(unit, 'equipmentLocationCode'));
  const event = lookUp(unitEvents, textOf(unit, 'eventCode'));
  if (event === undefined) drift.note('eventCode', textOf(unit, 'eventCode'));
  const eventAt = readTime(textOf(unit, 'eventDatetime'), zone);
  const isGrounded = status === 'grounded' || (!status && where === 'grounded');
  const known = [
    ...(event ? [at(event, eventAt)] : []),
    ...(isGrounded ? [at('grounded', null)] : []),
    ...(status && status !== 'grounded' && status !== event ? [at(status, null)] : []),
  ];
  const etaAt = readTime(textOf(unit, 'estimatedEquipmentUnloadDatetime'), zone);
  const isUnloaded = known.some(({ code }) => code === 'grounded' || code === 'rail-unloaded');
  const destination = readDestination(unit, 'destinationStateCode');
  const eta: Milestone[] =
    etaAt && !isUnloaded ? [{ code: 'eta', time: etaAt, location: destination, mode: 'rail' }] : [];
  return [...known, ...eta];
}

/** Undefined for a code that is not in the table. */
function lookUp<T>(table: Readonly<Record<string, T>>, code: string | null): T | null | undefined {
  if (code === null) return null;
  return Object.hasOwn(table, code) ? table[code] : undefined;
}

function mapReceipts(receipts: readonly Row[], context: MapContext, drift: Drift): Observed {
  const none = notFound(context.observedAt);
  const newest = newestReceipt(receipts);
  if (!newest || readGateMove(newest, drift) !== 'out') return none;
  const station = textOf(newest.row, 'station333');
  const state = textOf(newest.row, 'stationStateCode');
  const zone = station ? zoneOfStation(station, state) : context.zone;
  const date = readDate(textOf(newest.row, 'lastFreeDayDate'));
  return {
    ...none,
    found: true,
    length: readFeet(textOf(newest.row, 'lengthFeet')),
    loaded: readLoaded(newest.row, drift),
    carrier: { type: 'rail', steamshipLine: null, vessel: null, voyage: null },
    destination: readDestination(newest.row, 'destinationStateCode'),
    milestones: [{ code: 'outgated', time: newest.time(zone), location: placeOfStation(station, state) }],
    lastFreeDays: date ? [{ source: 'rail', date }] : [],
  };
}

function readDestination(row: Row, stateField: string): Destination | null {
  return placeOfStation(textOf(row, 'destinationStation333'), textOf(row, stateField));
}

/** `N` says that the only hold the railroad tells of does not stand. */
function readHolds(unit: Row, drift: Drift): Observed['holds'] {
  const text = textOf(unit, 'derivedBadOrderIndicator');
  const isBad = readFlag(text);
  if (isBad === null) drift.note('derivedBadOrderIndicator', text);
  if (isBad === null) return null;
  return isBad ? [{ type: 'other', description: 'bad order', providerCode: 'derivedBadOrderIndicator' }] : [];
}

function readLoaded(row: Row, drift: Drift): Observed['loaded'] {
  const code = textOf(row, 'loadEmptyChassisCode')?.toUpperCase() ?? null;
  if (code === 'L') return 'laden';
  if (code === 'E') return 'empty';
  if (code !== 'C') drift.note('loadEmptyChassisCode', code);
  return null;
}

const lotFields = [
  'equipmentLotLocationName',
  'equipmentLotRowLocationName',
  'equipmentLotRowSpotLocationName',
  'equipmentLotRowSpotTierLocationName',
];

function readLot(unit: Row): string | null {
  return lotFields.flatMap((field) => textOf(unit, field) ?? []).join('-') || null;
}

function readHeight(unit: Row): string | null {
  const feet = Number(textOf(unit, 'equipmentOutsideHeightFeet') ?? Number.NaN);
  const inches = Number(textOf(unit, 'equipmentOutsideHeightInches') ?? 0);
  const isHeight =
    Number.isInteger(feet) && feet >= 4 && feet <= 20 && Number.isInteger(inches) && inches >= 0;
  return isHeight && inches < 12 ? `${feet} ft ${inches} in high` : null;
}
