import type { EventLocation } from '@envase/contracts';
import { type Milestone, normalizeNumber, notFound, type Observed, type SourceTime } from '@envase/domain';
import {
  asRow,
  createDrift,
  type Drift,
  lengthOfIsoType,
  memberOf,
  type Row,
  readIsoType,
} from '../kit/fields.ts';
import { typeOfHold } from '../kit/hold-words.ts';
import { isNoDate, readDate, readTime } from '../kit/times.ts';
import type { MapContext, ProviderSite } from '../provider.ts';
import { findSite } from '../sites.ts';
import { type Column, cellOf, freightKinds, nameOf, otherCategories, states } from './columns.ts';
import { gpaManifest, portZone } from './manifest.ts';

interface Reading {
  row: Row;
  site: ProviderSite | null;
  place: EventLocation | null;
  /** Where in the yard, if the position is one there. */
  lot: string | null;
  /** What it left on, if the position is that: `R` a train, `V` a vessel. */
  kind: string | null;
  drift: Drift;
}

/** Maps one record of an answer (`GpaSlice`); pure. */
export function mapGpa(slice: unknown, context: MapContext): Observed {
  const row = asRow(slice);
  const none = notFound(context.observedAt);
  const number = cellOf(row, 'number');
  if (number === null || normalizeNumber(number) !== normalizeNumber(context.number)) return none;
  const drift = createDrift();
  const observed = isImport(row, drift) ? observe(readPlace(row, context, drift)) : {};
  return { ...none, ...observed, unknownCodes: drift.codes };
}

function observe(reading: Reading): Partial<Observed> {
  const { row, place, lot, drift } = reading;
  const iso = cellOf(row, 'isoType');
  const { milestones, isThere } = readMoves(reading);
  return {
    found: true,
    description: iso,
    isoType: readIsoType(iso),
    length: lengthOfIsoType(readIsoType(iso)),
    loaded: readLoaded(row, drift),
    billOfLading: cellOf(row, 'billOfLading'),
    carrier: readCarrier(row),
    destination: place && { type: 'terminal', siteId: place.siteId, name: place.name },
    milestones,
    holds: readHolds(row, drift),
    lastFreeDays: readFreeDays(row, drift),
    lot: isThere ? lot : null,
  };
}

function isImport(row: Row, drift: Drift): boolean {
  const category = cellOf(row, 'category')?.toUpperCase() ?? 'IMPRT';
  if (category !== 'IMPRT' && !otherCategories.has(category)) drift.note(nameOf('category'), category);
  return category === 'IMPRT';
}

/** A position names the kind of place, the terminal and the slot: `Y-GCT-12A`; `Y` is its yard. */
function readPlace(row: Row, context: MapContext, drift: Drift): Reading {
  const position = cellOf(row, 'position');
  const [, kind, terminal = '', slot = ''] = /^([A-Z])-([A-Z]{2,5})(?:-(.+))?$/i.exec(position ?? '') ?? [];
  if (position !== null && kind === undefined) drift.note(nameOf('position'), position);
  const site = findSite(gpaManifest, terminal) ?? findSite(gpaManifest, context.siteId);
  const place = site && ({ type: 'terminal', siteId: site.urn, name: site.name } as const);
  const lot = kind?.toUpperCase() === 'Y' ? slot || null : null;
  return { row, site, place, lot, kind: kind?.toUpperCase() ?? null, drift };
}

/** In the yard, and out of the gate. Of what came without a time only the state says that it is there. */
function readMoves({ row, site, place, lot, kind, drift }: Reading): {
  milestones: Milestone[];
  isThere: boolean;
} {
  const timeOf = (column: Column) => readPortTime(cellOf(row, column), { site, column, drift });
  const state = readState(row, drift);
  const [timeIn, timeOut] = [timeOf('timeIn'), timeOf('timeOut')];
  // A time of leaving that cannot be read is still one: where the box is now is not known.
  const isGone =
    state === 'DEPARTED' || (cellOf(row, 'timeOut') !== null && !isNoDate(cellOf(row, 'timeOut')));
  const isThere = !isGone && (state === 'YARD' || (timeIn !== null && lot !== null));
  const milestones: Milestone[] = [];
  if (isThere || timeIn) milestones.push({ code: 'grounded', time: timeIn, location: place });
  if (state === 'DEPARTED' || timeOut)
    milestones.push(...readLeaving(kind, { time: timeOut, location: place }));
  return { milestones, isThere };
}

/** Of what leaves by vessel nothing is told: it goes on to another port. */
function readLeaving(kind: string | null, left: Pick<Milestone, 'time' | 'location'>): Milestone[] {
  if (kind === 'V') return [];
  return kind === 'R' ? [{ code: 'rail-departed', ...left, mode: 'rail' }] : [{ code: 'outgated', ...left }];
}

function readState(row: Row, drift: Drift): string | null {
  const state = cellOf(row, 'state')?.toUpperCase() ?? null;
  if (state === null || states.has(state)) return state;
  drift.note(nameOf('state'), state);
  return null;
}

function readLoaded(row: Row, drift: Drift): Observed['loaded'] {
  const kind = cellOf(row, 'freight')?.toUpperCase() ?? '';
  if (Object.hasOwn(freightKinds, kind)) return freightKinds[kind] ?? null;
  drift.note(nameOf('freight'), kind);
  return null;
}

function readPortTime(
  text: string | null,
  { site, column, drift }: Pick<Reading, 'site' | 'drift'> & { column: Column },
): SourceTime | null {
  const time = readTime(text, site?.timeZone ?? portZone);
  if (!time && !isNoDate(text)) drift.note(nameOf(column), text);
  return time && !site ? { ...time, zoneAssumed: true } : time;
}

function readCarrier(row: Row): Observed['carrier'] {
  const [steamshipLine, vessel, voyage] = [cellOf(row, 'line'), cellOf(row, 'vessel'), cellOf(row, 'voyage')];
  const isSaid = steamshipLine !== null || vessel !== null || voyage !== null;
  return isSaid ? { type: 'vessel', steamshipLine, vessel, voyage } : null;
}

/** One per part between semicolons: a blank cell says that there is none, a missing column nothing. */
function readHolds(row: Row, drift: Drift): Observed['holds'] {
  const value = memberOf(row, nameOf('holds'));
  if (typeof value !== 'string') return null;
  const parts = new Set(
    value
      .split(';')
      .map((part) => part.trim())
      .filter((part) => part !== ''),
  );
  return [...parts].map((part) => {
    const type = typeOfHold(part);
    if (!type) drift.note(nameOf('holds'), part);
    return { type: type ?? 'other', description: part, providerCode: part };
  });
}

function readFreeDays(row: Row, drift: Drift): Observed['lastFreeDays'] {
  const text = cellOf(row, 'lastFreeDay');
  const date = readDate(text);
  if (!date && !isNoDate(text)) drift.note(nameOf('lastFreeDay'), text);
  return date ? [{ source: 'terminal', date }] : [];
}
