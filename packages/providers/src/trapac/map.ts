import type { EventLocation, Fee } from '@envase/contracts';
import { type Milestone, notFound, type Observed } from '@envase/domain';
import {
  asRow,
  createDrift,
  type Drift,
  type Row,
  readAmount,
  readFeet,
  rowsOf,
  textOf,
} from '../kit/fields.ts';
import { isNoDate, readDate } from '../kit/times.ts';
import type { MapContext } from '../provider.ts';
import { findSite } from '../sites.ts';
import { readHolds } from './holds.ts';
import { trapacManifest } from './manifest.ts';
import { latestRow, readDelivery, readYard } from './yard.ts';

/** Maps a slice of TraPac's answers (`TrapacSlice`); pure. */
export function mapTrapac(slice: unknown, context: MapContext): Observed {
  const { terminal, rows } = asRow(slice);
  const site = findSite(trapacManifest, typeof terminal === 'string' ? terminal : context.siteId);
  const zone = site?.timeZone ?? context.zone;
  const row = latestRow(rowsOf(rows), zone);
  if (!row) return notFound(context.observedAt);
  const place = site && { type: 'terminal' as const, siteId: site.urn, name: site.name };
  const drift = createDrift();
  const base: Observed = {
    ...notFound(context.observedAt),
    found: true,
    length: readFeet(textOf(row, 'size')),
    description: readDescription(row),
    carrier: readCarrier(row),
    destination: place,
    fees: readFees(row, drift),
    lastFreeDays: readFreeDays(row, drift),
  };
  const observed = { ...base, ...readPlace(row, { place, zone, drift }) };
  return { ...observed, unknownCodes: drift.codes };
}

interface Where {
  place: EventLocation | null;
  zone: string | null;
  drift: Drift;
}

function readPlace(row: Row, { place, zone, drift }: Where): Pick<Observed, 'milestones' | 'holds' | 'lot'> {
  const at = (code: Milestone['code'], time: Milestone['time']): Milestone => ({
    code,
    time,
    location: place,
  });
  const delivery = readDelivery(row, zone);
  if (delivery) {
    if (!delivery.time) drift.note('yardDescription', textOf(row, 'yardDescription'));
    // Nothing holds a box that has left; the vendor's sample goes on to list a text.
    return { milestones: [at('outgated', delivery.time)], holds: [], lot: null };
  }
  const { isThere, lot } = readYard(row, drift);
  return { milestones: isThere ? [at('grounded', null)] : [], holds: readHolds(row, drift), lot };
}

// Both terminals are in the United States; the vendor names no currency.
function readFees(row: Row, drift: Drift): Fee[] | null {
  const text = textOf(row, 'amount');
  const amount = readAmount(text);
  if (!amount) {
    drift.note('amount', text);
    return null;
  }
  return Number(amount) === 0 ? [] : [{ type: 'demurrage', amount, currency: 'USD', paidThrough: null }];
}

function readFreeDays(row: Row, drift: Drift): Observed['lastFreeDays'] {
  const text = textOf(row, 'lfd');
  const date = readDate(text);
  const isNone = text?.toUpperCase() === 'N/A' || isNoDate(text);
  if (!date && !isNone) drift.note('lfd', text);
  return date ? [{ source: 'terminal', date }] : [];
}

/** Size, type of cargo and height, as terminals write them: `40/SD/96`. */
function readDescription(row: Row): string | null {
  return ['size', 'cargoType', 'height'].flatMap((field) => textOf(row, field) ?? []).join('/') || null;
}

function readCarrier(row: Row): Observed['carrier'] {
  const steamshipLine = textOf(row, 'line');
  const vessel = textOf(row, 'vessel');
  const voyage = textOf(row, 'voyage');
  const isSaid = steamshipLine !== null || vessel !== null || voyage !== null;
  return isSaid ? { type: 'vessel', steamshipLine, vessel, voyage } : null;
}
