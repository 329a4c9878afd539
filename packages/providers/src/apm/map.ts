import type { EventLocation, Fee } from '@envase/contracts';
import { type Milestone, notFound, type Observed, type ObservedAppointment } from '@envase/domain';
import {
  asRow,
  createDrift,
  type Drift,
  memberOf,
  type Row,
  readAmount,
  readFeet,
  readFlag,
  readIsoType,
  rowsOf,
  textOf,
} from '../kit/fields.ts';
import { instantOf, isNoDate, readDate, readTime } from '../kit/times.ts';
import type { MapContext, ProviderSite } from '../provider.ts';
import { findSite } from '../sites.ts';
import { readHolds } from './holds.ts';
import { apmManifest } from './manifest.ts';
import { mapApmBooking } from './map-booking.ts';
import { latestVisit, type Visit } from './visit.ts';

/** One box at one facility, while it is mapped. */
interface Reading {
  row: Row;
  zone: string | null;
  place: EventLocation | null;
  drift: Drift;
}

/** Maps a slice of APM's answers (`ApmSlice`, `ApmBookingSlice`); pure. */
export function mapApm(slice: unknown, context: MapContext): Observed {
  return context.service === 'booking' ? mapApmBooking(slice, context) : mapBox(slice, context);
}

function mapBox(slice: unknown, context: MapContext): Observed {
  const { facilityCode, availability, emptyReturns } = asRow(slice);
  const site = findSite(apmManifest, typeof facilityCode === 'string' ? facilityCode : context.siteId);
  const zone = site?.timeZone ?? context.zone;
  const drift = createDrift();
  const visit = latestVisit(rowsOf(availability), zone);
  const returns = rowsOf(emptyReturns);
  const returned = readReturn(returns, { zone, place: placeOf(site), drift }, visit);
  const base: Observed = { ...notFound(context.observedAt), found: visit !== null || returns.length > 0 };
  const observed = visit
    ? mapVisit(base, visit, { row: visit.row, zone, place: placeOf(site), drift })
    : mapReturnRow(base, returns[0] ?? {});
  const completed =
    context.service === 'empty' ? returned.map((one) => ({ ...one, code: 'completed' as const })) : [];
  return {
    ...observed,
    destination: site ? { type: 'terminal', siteId: site.urn, name: site.name } : null,
    milestones: [...observed.milestones, ...returned, ...completed],
    unknownCodes: drift.codes,
  };
}

function placeOf(site: ProviderSite | null): EventLocation | null {
  return site && { type: 'terminal', siteId: site.urn, name: site.name };
}

function mapReturnRow(base: Observed, row: Row): Observed {
  return {
    ...base,
    isoType: readIsoType(textOf(row, 'containerIsoCode')),
    description: textOf(row, 'sizeTypeHeight'),
    length: readLength(row),
    carrier: readCarrier(row),
  };
}

function mapVisit(base: Observed, visit: Visit, reading: Reading): Observed {
  const { row, drift } = reading;
  const appointment = readAppointment(reading);
  const paidThrough = readDate(textOf(row, 'storagePaidThroughDate'));
  return {
    ...mapReturnRow(base, row),
    billOfLading: textOf(row, 'billOfLading'),
    milestones: readMilestones(visit, reading),
    holds: readHoldList(row, drift),
    fees: readFees(row, paidThrough, drift),
    available: readAvailable(row, drift),
    lastFreeDays: paidThrough ? [{ source: 'terminal', date: paidThrough }] : [],
    ...(appointment !== undefined && { appointment }),
    lot: isInYard(visit) ? textOf(row, 'yardLocation') : null,
  };
}

function isInYard({ row, dischargedAt, outAt, isOutUnclear }: Visit): boolean {
  if (outAt || isOutUnclear) return false;
  return dischargedAt !== null || textOf(row, 'containerState')?.toLowerCase() === 'in yard';
}

// Words of `containerState` are inferred; only what they plainly say is used.
const states: Readonly<Record<string, Milestone['code'] | null>> = {
  'on vessel': 'loaded',
  'vessel arrived': 'arrived',
  'in yard': 'grounded',
  departed: null,
};

const timeFields = ['dischargeDateTimeLocal', 'facilityOutDateTimeLocal', 'vesselEtaDateTimeLocal'];

function readMilestones(visit: Visit, { row, zone, place, drift }: Reading): Milestone[] {
  noteUnreadableTimes(row, zone, drift);
  const { dischargedAt, outAt, isOutUnclear } = visit;
  const at = (code: Milestone['code'], time: Milestone['time']): Milestone => ({
    code,
    time,
    location: place,
  });
  const state = readState(row, drift);
  const discharged = dischargedAt ? [at('discharged', dischargedAt)] : [];
  if (outAt) return [...discharged, at('outgated', outAt)];
  if (isOutUnclear) return discharged;
  // A place in the yard is planned before the box is there.
  const isThere = state === 'grounded' || (dischargedAt !== null && textOf(row, 'yardLocation') !== null);
  if (isThere || dischargedAt) return [...discharged, ...(isThere ? [at('grounded', null)] : [])];
  if (state === 'arrived') return [at('arrived', null)];
  const etaAt = readTime(textOf(row, 'vesselEtaDateTimeLocal'), zone);
  const eta = etaAt ? [{ ...at('eta', etaAt), mode: 'vessel' as const }] : [];
  return [...(state ? [at(state, null)] : []), ...eta];
}

function noteUnreadableTimes(row: Row, zone: string | null, drift: Drift): void {
  for (const field of timeFields) {
    const text = textOf(row, field);
    if (!readTime(text, zone) && !isNoDate(text)) drift.note(field, memberOf(row, field));
  }
}

function readState(row: Row, drift: Drift): Milestone['code'] | null {
  const text = textOf(row, 'containerState');
  const word = text?.toLowerCase() ?? '';
  if (Object.hasOwn(states, word)) return states[word] ?? null;
  drift.note('containerState', text);
  return null;
}

/** An empty that came back, if it did so after this visit ended: an earlier return belongs to an earlier trip. */
function readReturn(rows: readonly Row[], reading: Omit<Reading, 'row'>, visit: Visit | null): Milestone[] {
  const returns = rows.flatMap((row) => {
    const flag = textOf(row, 'isContainerReturned');
    if (readFlag(flag) === null) reading.drift.note('isContainerReturned', flag);
    if (readFlag(flag) !== true) return [];
    return [{ at: readTime(textOf(row, 'gateInDateTimeLocal'), reading.zone) }];
  });
  const latest = returns.toSorted((a, b) => instantOf(b.at) - instantOf(a.at))[0];
  if (!latest || (visit && instantOf(latest.at) < instantOf(visit.outAt))) return [];
  if (visit && !visit.outAt) return [];
  return [{ code: 'returned', time: latest.at, location: reading.place }];
}

function readHoldList(row: Row, drift: Drift): Observed['holds'] {
  const value = memberOf(row, 'containerHolds');
  if (value === undefined) return null;
  if (Array.isArray(value)) return readHolds(value.filter((one) => typeof one === 'string').join(','), drift);
  if (value !== null && typeof value !== 'string') {
    drift.note('containerHolds', value);
    return null;
  }
  return readHolds(value ?? '', drift);
}

// Every facility of the manifest is in the United States; the vendor names no currency.
function readFees(row: Row, paidThrough: string | null, drift: Drift): Fee[] | null {
  const text = textOf(row, 'demurrageOwed');
  if (!text) return null;
  const amount = readAmount(text);
  if (!amount) {
    drift.note('demurrageOwed', text);
    return null;
  }
  return Number(amount) === 0 ? [] : [{ type: 'demurrage', amount, currency: 'USD', paidThrough }];
}

function readAvailable(row: Row, drift: Drift): boolean | null {
  const text = textOf(row, 'readyForDelivery');
  const flag = readFlag(text);
  if (flag === null) drift.note('readyForDelivery', text);
  return flag;
}

function readAppointment({ row, zone, drift }: Reading): ObservedAppointment | null | undefined {
  const text = textOf(row, 'appointmentDateTimeLocal');
  const number = textOf(row, 'appointment');
  const start = readTime(text, zone);
  if (start) return { start, end: null, number: readFlag(number) === null ? number : null };
  if (text) drift.note('appointmentDateTimeLocal', text);
  const isSaid = memberOf(row, 'appointmentDateTimeLocal') !== undefined;
  return isSaid && !text && (number === null || readFlag(number) === false) ? null : undefined;
}

function readLength(row: Row): string | null {
  return readFeet(textOf(row, 'sizeTypeHeight')?.split('/')[0]?.trim() ?? null);
}

function readCarrier(row: Row): Observed['carrier'] {
  const steamshipLine = textOf(row, 'shippingLine');
  const vessel = textOf(row, 'vesselName');
  return steamshipLine || vessel ? { type: 'vessel', steamshipLine, vessel, voyage: null } : null;
}
