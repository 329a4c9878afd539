import { notFound, type Observed } from '@envase/domain';
import {
  asRow,
  createDrift,
  lengthOfIsoType,
  type Row,
  readIsoType,
  rowOf,
  rowsOf,
  textOf,
} from '../kit/fields.ts';
import type { MapContext } from '../provider.ts';
import { findSite } from '../sites.ts';
import { type DcsaEvent, namesBox, readEvents, referenceOf } from './events.ts';
import { type Journey, newestOf, readJourney } from './journey.ts';
import { dcsaTntManifest } from './manifest.ts';
import { readMilestones } from './milestones.ts';

/** Maps a slice of a carrier's events (`DcsaSlice`); pure. */
export function mapDcsaTnt(slice: unknown, context: MapContext): Observed {
  const drift = createDrift();
  const events = readEvents(rowsOf(asRow(slice).events), drift).filter((event) =>
    namesBox(event, context.number),
  );
  const none = notFound(context.observedAt);
  if (events.length === 0) return { ...none, unknownCodes: drift.codes };
  const journey = readJourney(events, context.siteId);
  const isoType = readIsoType(lastText(events, 'ISOEquipmentCode'));
  return {
    ...none,
    found: true,
    providerUpdatedAt: readUpdate(events),
    length: lengthOfIsoType(isoType),
    description: isoType,
    isoType,
    loaded: readLoaded(events),
    billOfLading: referenceOf(events, 'TRD'),
    carrier: readCarrier(events, journey),
    destination: readDestination(events, journey),
    milestones: readMilestones(events, journey, drift),
    holds: readHolds(events),
    unknownCodes: drift.codes,
  };
}

function lastText(events: readonly DcsaEvent[], field: string): string | null {
  return events.map(({ row }) => textOf(row, field)).findLast((text) => text !== null) ?? null;
}

function readUpdate(events: readonly DcsaEvent[]): string | null {
  const latest = Math.max(...events.map(({ createdMs }) => createdMs));
  return Number.isFinite(latest) ? new Date(latest).toISOString() : null;
}

function readLoaded(events: readonly DcsaEvent[]): Observed['loaded'] {
  const last = events.findLast(
    ({ kind, classifier, isEmpty }) => kind === 'EQUIPMENT' && classifier === 'ACT' && isEmpty !== null,
  );
  if (!last) return null;
  return last.isEmpty ? 'empty' : 'laden';
}

/** The vessel that brings the box to its port of discharge, else the one it was on last. */
function readCarrier(events: readonly DcsaEvent[], { pod }: Journey): Observed['carrier'] {
  const named = events.filter(({ mode, row }) => mode === 'VESSEL' && vesselOf(row) !== null);
  const bringing = named.filter(
    ({ kind, code, unLocode }) => kind === 'TRANSPORT' && code === 'ARRI' && unLocode === pod,
  );
  const done = named.filter(({ classifier }) => classifier === 'ACT');
  const event = newestOf(bringing) ?? done.at(-1) ?? named.at(-1);
  if (!event) return null;
  return { type: 'vessel', steamshipLine: null, vessel: vesselOf(event.row), voyage: voyageOf(event.row) };
}

function vesselOf(row: Row): string | null {
  return textOf(rowOf(rowOf(row, 'transportCall'), 'vessel'), 'vesselName');
}

const voyages = ['importVoyageNumber', 'exportVoyageNumber', 'carrierVoyageNumber'];

function voyageOf(row: Row): string | null {
  const call = rowOf(row, 'transportCall');
  return voyages.map((field) => textOf(call, field)).find((text) => text !== null) ?? null;
}

function readDestination(events: readonly DcsaEvent[], { pod }: Journey): Observed['destination'] {
  if (pod === null) return null;
  const site = findSite(dcsaTntManifest, pod);
  const name = events.find(({ unLocode, location }) => unLocode === pod && location?.name)?.location?.name;
  return { type: 'terminal', siteId: site?.urn ?? null, name: name ?? site?.name ?? pod };
}

/** Customs alone is told of: what was said last stands. Null while nothing was said. */
function readHolds(events: readonly DcsaEvent[]): Observed['holds'] {
  const said = events.filter(
    ({ kind, code, documentType }) =>
      kind === 'SHIPMENT' && documentType === 'CUS' && (code === 'HOLD' || code === 'RELS'),
  );
  const last = newestOf(said);
  if (!last) return null;
  if (last.code === 'RELS') return [];
  return [{ type: 'customs', description: textOf(last.row, 'reason'), providerCode: 'HOLD CUS' }];
}
