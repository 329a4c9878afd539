import type { EventLocation, Fee, FeeType, HoldType } from '@envase/contracts';
import {
  type Milestone,
  type MilestoneCode,
  normalizeNumber,
  notFound,
  type Observed,
  type ObservedAppointment,
} from '@envase/domain';
import {
  asRow,
  createDrift,
  type Drift,
  memberOf,
  type Row,
  readAmount,
  readFeet,
  rowOf,
  rowsOf,
  textOf,
} from '../kit/fields.ts';
import { readTime } from '../kit/times.ts';
import type { MapContext } from '../provider.ts';
import { dayIn, zoneOf } from './days.ts';

interface Reading {
  container: Row;
  shipment: Row;
  drift: Drift;
}

/** Maps a slice of Terminal49's answers (`Terminal49Slice`); pure. */
export function mapTerminal49(slice: unknown, context: MapContext): Observed {
  const container = rowOf(asRow(slice), 'container');
  const shipment = rowOf(asRow(slice), 'shipment');
  const number = textOf(container, 'number');
  const drift = createDrift();
  const none = notFound(context.observedAt);
  if (number === null || normalizeNumber(number) !== normalizeNumber(context.number)) return none;
  const reading = { container, shipment, drift };
  const appointment = readAppointment(reading);
  return {
    ...none,
    found: true,
    description: readDescription(container),
    length: readFeet(textOf(container, 'equipment_length')),
    billOfLading: textOf(shipment, 'bill_of_lading_number'),
    carrier: readCarrier(shipment),
    destination: readDestination(shipment),
    milestones: readMilestones(reading),
    holds: readHolds(reading),
    fees: readFees(reading),
    available: readAvailable(container),
    lastFreeDays: readFreeDays(reading),
    ...(appointment !== undefined && { appointment }),
    lot: textOf(container, 'location_at_pod_terminal'),
    unknownCodes: drift.codes,
  };
}

function readDescription(container: Row): string | null {
  const words = ['equipment_type', 'equipment_height'].flatMap((field) => textOf(container, field) ?? []);
  return words.join(' ').replaceAll('_', ' ') || null;
}

function readCarrier(shipment: Row): Observed['carrier'] {
  const steamshipLine = textOf(shipment, 'shipping_line_scac');
  const vessel = textOf(shipment, 'pod_vessel_name');
  const voyage = textOf(shipment, 'pod_voyage_number');
  if (!steamshipLine && !vessel && !voyage) return null;
  return { type: 'vessel', steamshipLine, vessel, voyage };
}

function portOf(shipment: Row): EventLocation | null {
  return placeOf(shipment, 'terminal', 'port_of_discharge');
}

function placeOf(shipment: Row, type: EventLocation['type'], prefix: string): EventLocation | null {
  const name = textOf(shipment, `${prefix}_name`) ?? textOf(shipment, `${prefix}_locode`);
  return name === null ? null : { type, siteId: null, name };
}

function readDestination(shipment: Row): Observed['destination'] {
  const inland = placeOf(shipment, 'rail', 'destination');
  const place = inland ?? portOf(shipment);
  return place && { type: place.type === 'rail' ? 'rail' : 'terminal', siteId: null, name: place.name ?? '' };
}

/** Moments that have passed, by attribute; `inland` ones happen at the destination by rail. */
const moments: readonly [field: string, code: MilestoneCode, where: 'origin' | 'port' | 'inland' | 'none'][] =
  [
    ['pod_arrived_at', 'arrived', 'port'],
    ['pod_discharged_at', 'discharged', 'port'],
    ['pod_full_out_at', 'outgated', 'port'],
    ['pod_rail_loaded_at', 'rail-loaded', 'port'],
    ['pod_rail_departed_at', 'rail-departed', 'port'],
    ['ind_ata_at', 'rail-arrived', 'inland'],
    ['ind_rail_unloaded_at', 'rail-unloaded', 'inland'],
    ['final_destination_full_out_at', 'outgated', 'inland'],
    ['empty_terminated_at', 'returned', 'none'],
  ];

/** States that say where a box is; where a moment says the same, the moment is told. */
const states: Readonly<Record<string, MilestoneCode | null>> = {
  new: null,
  on_ship: 'loaded',
  available: null,
  not_available: null,
  grounded: 'grounded',
  on_rail: 'rail-departed',
  picked_up: 'outgated',
  off_dock: null,
  delivered: 'delivered',
  dropped: null,
  loaded: null,
  empty_returned: 'returned',
  awaiting_inland_transfer: null,
};

function readMilestones(reading: Reading): Milestone[] {
  const { container, shipment, drift } = reading;
  const passed = moments.flatMap(([field, code, where]): Milestone[] => {
    const time = readMoment(container, field, reading);
    return time ? [{ code, time, location: locate(shipment, where) }] : [];
  });
  const has = (code: MilestoneCode) => passed.some((one) => one.code === code);
  const fromLine = ofShipment(reading, has);
  const state = textOf(container, 'current_status');
  if (state !== null && !Object.hasOwn(states, state)) drift.note('current_status', state);
  const said = states[state ?? ''] ?? null;
  const isTold = said === null || has(said) || fromLine.some(({ code }) => code === said);
  return [
    ...fromLine,
    ...passed,
    ...(isTold ? [] : [{ code: said, time: null, location: portOf(shipment) }]),
    ...readRailEta(reading, has),
  ];
}

function ofShipment(reading: Reading, has: (code: MilestoneCode) => boolean): Milestone[] {
  const { shipment, container } = reading;
  const at = (field: string) => readMoment(shipment, field, reading);
  const make = (code: MilestoneCode, field: string): Milestone[] => {
    const time = at(field);
    const location =
      code === 'departed' || code === 'etd'
        ? placeOf(shipment, 'terminal', 'port_of_lading')
        : portOf(shipment);
    return time ? [{ code, time, location, mode: 'vessel' }] : [];
  };
  const departed = make('departed', 'pol_atd_at');
  const arrived = has('arrived') ? [] : make('arrived', 'pod_ata_at');
  const isThere =
    has('arrived') ||
    has('discharged') ||
    arrived.length > 0 ||
    readMoment(container, 'pod_full_out_at', reading) !== null;
  return [
    ...(departed.length > 0 ? departed : isThere ? [] : make('etd', 'pol_etd_at')),
    ...arrived,
    ...(isThere ? [] : make('eta', 'pod_eta_at')),
  ];
}

function readRailEta(reading: Reading, has: (code: MilestoneCode) => boolean): Milestone[] {
  const { container, shipment } = reading;
  const time =
    readMoment(container, 'ind_eta_at', reading) ?? readMoment(shipment, 'destination_eta_at', reading);
  if (!time || has('rail-arrived') || has('rail-unloaded')) return [];
  return [{ code: 'eta', time, location: locate(shipment, 'inland'), mode: 'rail' }];
}

function locate(shipment: Row, where: 'origin' | 'port' | 'inland' | 'none'): EventLocation | null {
  if (where === 'port') return portOf(shipment);
  return where === 'inland' ? placeOf(shipment, 'rail', 'destination') : null;
}

function readMoment(row: Row, field: string, { container, drift }: Reading): Milestone['time'] {
  const text = textOf(row, field);
  const time = readTime(text, zoneOf(container, 'pod_timezone'));
  if (!time) drift.note(field, memberOf(row, field));
  return time;
}

const holdTypes: Readonly<Record<string, HoldType>> = {
  freight: 'freight',
  customs: 'customs',
  usda: 'usda',
  vacis: 'customs',
  // The traffic-mitigation fee is collected by the terminals.
  tmf: 'terminal',
  other: 'other',
};

function readHolds({ container, drift }: Reading): Observed['holds'] {
  if (!Array.isArray(memberOf(container, 'holds_at_pod_terminal'))) return null;
  return rowsOf(memberOf(container, 'holds_at_pod_terminal')).flatMap((row) => {
    const name = textOf(row, 'name');
    const status = textOf(row, 'status')?.toLowerCase();
    if (status !== 'hold' && status !== 'pending') drift.note('holds_at_pod_terminal.status', status);
    if (status !== 'hold') return [];
    const type = holdTypes[name?.toLowerCase() ?? ''];
    if (!type) drift.note('holds_at_pod_terminal.name', name);
    return [{ type: type ?? 'other', description: textOf(row, 'description') ?? name, providerCode: name }];
  });
}

const feeTypes: Readonly<Record<string, FeeType | null>> = {
  demurrage: 'demurrage',
  exam: 'exam',
  extended_dwell_time: 'other',
  other: 'other',
  total: null,
};

function readFees({ container, drift }: Reading): Fee[] | null {
  if (!Array.isArray(memberOf(container, 'fees_at_pod_terminal'))) return null;
  return rowsOf(memberOf(container, 'fees_at_pod_terminal')).flatMap((row): Fee[] => {
    const word = textOf(row, 'type')?.toLowerCase() ?? '';
    if (!Object.hasOwn(feeTypes, word)) drift.note('fees_at_pod_terminal.type', word);
    const type = Object.hasOwn(feeTypes, word) ? feeTypes[word] : 'other';
    const amount = readAmount(textOf(row, 'amount'));
    if (amount === null) drift.note('fees_at_pod_terminal.amount', memberOf(row, 'amount'));
    if (!type || amount === null || Number(amount) === 0) return [];
    return [{ type, amount, currency: textOf(row, 'currency_code') ?? 'USD', paidThrough: null }];
  });
}

/** Only what the terminal itself is known to say. */
function readAvailable(container: Row): boolean | null {
  if (memberOf(container, 'availability_known') !== true) return null;
  const said = memberOf(container, 'available_for_pickup');
  return typeof said === 'boolean' ? said : null;
}

const deadlines = [
  ['pickup_lfd_line', 'line', 'pod_timezone'],
  ['pickup_lfd_terminal', 'terminal', 'pod_timezone'],
  ['pickup_lfd_rail', 'rail', 'final_destination_timezone'],
] as const;

function readFreeDays({ container, drift }: Reading): Observed['lastFreeDays'] {
  const days = rowOf(container, 'import_deadlines');
  const dated = deadlines.flatMap(([field, source, zone]) => {
    const date = dayIn(textOf(days, field), zoneOf(container, zone));
    if (date === null) drift.note(field, memberOf(days, field));
    return date === null ? [] : [{ source, date }];
  });
  if (dated.length > 0) return dated;
  const date = dayIn(textOf(container, 'pickup_lfd'), zoneOf(container, 'pod_timezone'));
  if (date === null) drift.note('pickup_lfd', memberOf(container, 'pickup_lfd'));
  // Whose day it is is not said; the vendor prefers the line's.
  return date === null ? [] : [{ source: 'line', date }];
}

function readAppointment(reading: Reading): ObservedAppointment | null | undefined {
  const { container } = reading;
  const start = readMoment(container, 'pickup_appointment_at', reading);
  if (start) return { start, end: null, number: null };
  return memberOf(container, 'pickup_appointment_at') === null ? null : undefined;
}
