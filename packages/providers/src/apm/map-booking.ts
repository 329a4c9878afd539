import {
  type BookingDetail,
  type BookingFacts,
  type Milestone,
  notFound,
  type Observed,
} from '@envase/domain';
import {
  asRow,
  createDrift,
  type Drift,
  memberOf,
  type Row,
  readFlag,
  readIsoType,
  rowsOf,
  textOf,
} from '../kit/fields.ts';
import { isNoDate, readTime } from '../kit/times.ts';
import type { MapContext } from '../provider.ts';
import { findSite } from '../sites.ts';
import { apmManifest } from './manifest.ts';

interface Reading {
  /** The rows that count; those of single boxes repeat them (evidence 8.3). */
  lines: readonly Row[];
  zone: string | null;
  drift: Drift;
}

/** Maps a booking's rows (`ApmBookingSlice`); pure. */
export function mapApmBooking(slice: unknown, context: MapContext): Observed {
  const { facilityCode, bookings } = asRow(slice);
  const site = findSite(apmManifest, typeof facilityCode === 'string' ? facilityCode : context.siteId);
  const drift = createDrift();
  const rows = rowsOf(bookings);
  const lines = rows.filter((row) => isLine(row, drift));
  const booking = readBooking({ lines, zone: site?.timeZone ?? context.zone, drift });
  return {
    ...notFound(context.observedAt),
    found: rows.length > 0,
    milestones: readMilestones(booking),
    ...(rows.length > 0 && { booking: { ...booking, locationCode: site?.id ?? null } }),
    unknownCodes: drift.codes,
  };
}

function isLine(row: Row, drift: Drift): boolean {
  const text = textOf(row, 'isContainer');
  const flag = readFlag(text);
  if (flag === null) drift.note('isContainer', text);
  return flag === false;
}

function readBooking(reading: Reading) {
  const bookingDetails = reading.lines.map((row) => readDetail(row, reading.drift));
  const emptiesOut = reading.lines.map((row) => readCount(row, 'emptiesOutCount', reading.drift));
  return {
    steamshipLine: firstText(reading, 'shippingLine'),
    vessel: firstText(reading, 'vesselName'),
    voyage: firstText(reading, 'outboundVoyageNumber'),
    // The vendor's own spelling.
    earliestLoading: readInstant(reading, 'beginRecieveDateTimeLocal'),
    cutoff: readInstant(reading, 'cargoCutoffDateTimeLocal'),
    etd: readInstant(reading, 'vesselEtdDateTimeLocal'),
    totalContainers: sum(bookingDetails.map((line) => line.totalContainers)),
    loadedContainers: sum(bookingDetails.map((line) => line.loadedContainers)),
    emptyContainers: sum(emptiesOut),
    bookingDetails,
  } satisfies Partial<BookingFacts>;
}

function readDetail(row: Row, drift: Drift): BookingDetail {
  const code = textOf(row, 'containerISOCode');
  const containerIso = readIsoType(code);
  if (!containerIso) drift.note('containerISOCode', code);
  return {
    temperatureRequired: null,
    containerIso,
    containerDescription: null,
    totalContainers: readCount(row, 'containerQuantityCount', drift),
    loadedContainers: readCount(row, 'containersReceivedCount', drift),
    hazmat: null,
    reefer: null,
    oogAllowed: null,
  };
}

function readCount(row: Row, field: string, drift: Drift): number | null {
  const text = textOf(row, field);
  if (text !== null && /^\d{1,6}$/.test(text)) return Number(text);
  drift.note(field, memberOf(row, field));
  return null;
}

/** Null where no line says how many: nothing is not none. */
function sum(counts: readonly (number | null)[]): number | null {
  const said = counts.filter((count) => count !== null);
  return said.length > 0 ? said.reduce((total, count) => total + count, 0) : null;
}

function firstText({ lines }: Reading, field: string): string | null {
  return lines.map((row) => textOf(row, field)).find((text) => text !== null) ?? null;
}

/** A booking's times have no mark for an assumed zone (evidence 8.3), so one whose zone is unknown is not told. */
function readInstant(reading: Reading, field: string): string | null {
  const text = firstText(reading, field);
  const time = readTime(text, reading.zone);
  if (!time && !isNoDate(text)) reading.drift.note(field, text);
  return time && !time.zoneAssumed ? time.at : null;
}

/** All boxes of the booking are at the terminal. That the vessel left is not said. */
function readMilestones({ totalContainers, loadedContainers }: ReturnType<typeof readBooking>): Milestone[] {
  const isIn = totalContainers !== null && totalContainers > 0 && loadedContainers === totalContainers;
  return isIn ? [{ code: 'ingated', time: null, location: null }] : [];
}
