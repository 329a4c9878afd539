import { normalizeNumber, notFound, type Observed } from '@envase/domain';
import {
  asRow,
  createDrift,
  type Drift,
  lengthOfIsoType,
  type Row,
  readIsoType,
  rowOf,
  textOf,
} from '../kit/fields.ts';
import { readDate, readDateAndClock } from '../kit/times.ts';
import type { MapContext, ProviderManifest } from '../provider.ts';
import { readHolds } from './holds.ts';
import { boxOf } from './message.ts';
import { readMoves } from './moves.ts';
import { type Reading, readUnit, vesselOf } from './reading.ts';

/** Maps a notification as it came, of either dialect; pure. The manifest names the ports. */
export function createSprintpassMap(manifest: ProviderManifest) {
  return (slice: unknown, context: MapContext): Observed => {
    const none = notFound(context.observedAt);
    const notification = asRow(slice);
    const unit = rowOf(notification, 'unit_status');
    if (boxOf(notification) !== normalizeNumber(context.number) || Object.keys(unit).length === 0)
      return none;
    const drift = createDrift();
    const reading = readUnit(unit, { manifest, context, drift });
    const isKnown = isImport(unit, drift) && !reading.status.isUnknown;
    return { ...none, ...(isKnown && observe(reading)), unknownCodes: drift.codes };
  };
}

function observe(reading: Reading): Partial<Observed> {
  const { unit, place, status, drift } = reading;
  const info = rowOf(unit, 'unitinfo');
  const isoType = readIsoType(textOf(info, 'unittypeiso_cd'));
  const appointment = readAppointment(reading);
  return {
    found: true,
    description: isoType ?? textOf(info, 'unitsztype_cd'),
    length: lengthOfIsoType(isoType),
    isoType,
    carrier: readCarrier(reading, info),
    destination: place && { type: 'terminal', siteId: place.siteId, name: place.name },
    milestones: readMoves(reading),
    holds: readHolds(unit, drift),
    available: status.available ?? null,
    lastFreeDays: readFreeDays(unit, drift),
    ...(appointment !== undefined && { appointment }),
  };
}

/** `unituse_cd`: an export of the same box is another trip. */
function isImport(unit: Row, drift: Drift): boolean {
  const use = textOf(rowOf(unit, 'unitstatusinfo'), 'unituse_cd')?.toUpperCase();
  if (use === undefined || use === 'I') return true;
  if (use !== 'E') drift.note('unituse_cd', use);
  return false;
}

function readCarrier({ here }: Reading, info: Row): Observed['carrier'] {
  const vesselInfo = vesselOf(here);
  const steamshipLine = textOf(info, 'ownerline_scac') ?? textOf(info, 'ownerline_cd');
  const vessel = textOf(vesselInfo, 'vessel_cd');
  const voyage = textOf(vesselInfo, 'voyage_nbr');
  const isSaid = steamshipLine !== null || vessel !== null || voyage !== null;
  return isSaid ? { type: 'vessel', steamshipLine, vessel, voyage } : null;
}

function readFreeDays(unit: Row, drift: Drift): Observed['lastFreeDays'] {
  const text = textOf(rowOf(unit, 'lfdinfo'), 'last_free_day');
  const date = readDate(text);
  if (date === null) drift.note('last_free_day', text);
  return date === null ? [] : [{ source: 'terminal', date }];
}

const standing = new Set(['PENDING', 'CONFIRMED']);
const over = new Set(['CANCELED', 'COMPLETED']);

/** Undefined where none is spoken of; null where it was cancelled or kept. */
function readAppointment({ here, zone, drift }: Reading): Observed['appointment'] {
  const info = rowOf(rowOf(rowOf(here, 'locationinfo'), 'departureinfo'), 'appointment_info');
  const state = textOf(info, 'reservation_status')?.toUpperCase();
  if (state === undefined) return undefined;
  if (over.has(state)) return null;
  if (!standing.has(state)) {
    drift.note('reservation_status', state);
    return undefined;
  }
  const slot = rowOf(info, 'slot_info');
  const at = (member: string) => readDateAndClock(textOf(slot, 'visit_dt'), textOf(slot, member), zone);
  const start = at('visitstart_tm');
  return start ? { start, end: at('visitend_tm'), number: textOf(info, 'ticket_nbr') } : undefined;
}
