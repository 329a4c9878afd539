import type { EventLocation } from '@envase/contracts';
import { notFound, type Observed, type ObservedHold } from '@envase/domain';
import {
  asRow,
  createDrift,
  type Drift,
  lengthOfIsoType,
  memberOf,
  type Row,
  readIsoType,
  rowOf,
  textOf,
} from '../kit/fields.ts';
import { typeOfHold } from '../kit/hold-words.ts';
import { isNoDate, readDate } from '../kit/times.ts';
import type { MapContext, ProviderSite } from '../provider.ts';
import { findSite } from '../sites.ts';
import { otherCategories } from './codes.ts';
import { portVirginiaManifest } from './manifest.ts';
import { readWhereabouts } from './whereabouts.ts';

/** Maps a slice of the port's answer (`PortVirginiaSlice`); pure. */
export function mapPortVirginia(slice: unknown, context: MapContext): Observed {
  const drift = createDrift();
  const observed = mapDetails(rowOf(asRow(slice), 'data'), context, drift);
  return { ...observed, unknownCodes: drift.codes };
}

/**
 * Import availability and the details of container events are one object with other members each: this reads both, so that a
 * notice of an event can be mapped by it too.
 */
function mapDetails(row: Row, context: MapContext, drift: Drift): Observed {
  const none = notFound(context.observedAt);
  if (Object.keys(row).length === 0 || !isImport(row, drift)) return none;
  const site = findSite(portVirginiaManifest, textOf(row, 'terminal') ?? context.siteId);
  const place = readPlace(row, site, drift);
  const iso = textOf(row, 'iso');
  const { milestones, isThere } = readWhereabouts({ row, site, place, drift });
  return {
    ...none,
    found: true,
    description: iso,
    isoType: readIsoType(iso),
    length: lengthOfIsoType(readIsoType(iso)),
    loaded: readLoaded(row, drift),
    billOfLading: textOf(row, 'billOfLading') ?? textOf(row, 'billOfLadingNumber'),
    carrier: readCarrier(row),
    destination: place && { type: 'terminal', siteId: place.siteId, name: place.name },
    milestones,
    holds: readHolds(row, drift),
    available: readAvailable(row, drift),
    lastFreeDays: readFreeDays(row, drift),
    lot: isThere ? textOf(row, 'yardBlock') : null,
  };
}

/** An export or a stored empty of the same number is another trip. */
function isImport(row: Row, drift: Drift): boolean {
  const category = textOf(row, 'category')?.toUpperCase();
  if (category === undefined || category === 'IMPRT') return true;
  if (!otherCategories.has(category)) drift.note('category', category);
  return false;
}

function readPlace(row: Row, site: ProviderSite | null, drift: Drift): EventLocation | null {
  if (site) return { type: 'terminal', siteId: site.urn, name: site.name };
  const code = textOf(row, 'terminal');
  drift.note('terminal', code);
  return code === null ? null : { type: 'terminal', siteId: null, name: code };
}

function readLoaded(row: Row, drift: Drift): Observed['loaded'] {
  const kind = textOf(row, 'freightKind')?.toUpperCase() ?? null;
  if (kind === 'LADEN') return 'laden';
  if (kind === 'EMPTY') return 'empty';
  drift.note('freightKind', kind);
  return null;
}

function readAvailable(row: Row, drift: Drift): boolean | null {
  const status = textOf(row, 'shipmentStatus');
  const word = status?.toLowerCase();
  if (word === 'available') return true;
  if (word === 'not available') return false;
  drift.note('shipmentStatus', status);
  return null;
}

/** One per text; null when the row does not list them, or lists what is no text. */
function readHolds(row: Row, drift: Drift): ObservedHold[] | null {
  const value = memberOf(row, 'holds');
  if (value === undefined || value === null) return null;
  if (!Array.isArray(value) || value.some((one) => typeof one !== 'string')) {
    drift.note('holds', value);
    return null;
  }
  const texts = new Set(value.map((one) => String(one).trim()).filter((one) => one !== ''));
  return [...texts].map((text) => {
    const type = typeOfHold(text);
    if (!type) drift.note('holds', text);
    return { type: type ?? 'other', description: text, providerCode: text };
  });
}

/** The day on which free time ends, by the port's own clock. */
function readFreeDays(row: Row, drift: Drift): Observed['lastFreeDays'] {
  const text = textOf(row, 'freeTimeExpiration');
  const date = readDate(text);
  if (!date && !isNoDate(text)) drift.note('freeTimeExpiration', text);
  return date ? [{ source: 'terminal', date }] : [];
}

function readCarrier(row: Row): Observed['carrier'] {
  const steamshipLine = textOf(row, 'carrierScac') ?? textOf(row, 'carrierName');
  const vessel = textOf(row, 'voyageVesselName');
  const voyage = textOf(row, 'voyageCode');
  const isSaid = steamshipLine !== null || vessel !== null || voyage !== null;
  return isSaid ? { type: 'vessel', steamshipLine, vessel, voyage } : null;
}
