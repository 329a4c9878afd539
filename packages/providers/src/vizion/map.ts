import { type Milestone, normalizeNumber, notFound, type Observed } from '@envase/domain';
import {
  asRow,
  createDrift,
  lengthOfIsoType,
  memberOf,
  type Row,
  readIsoType,
  rowOf,
  rowsOf,
  textOf,
} from '../kit/fields.ts';
import { readDate } from '../kit/times.ts';
import type { MapContext } from '../provider.ts';
import { readMilestone, type VizionMilestone } from './milestones.ts';

/** Maps a slice of Vizion's updates (`VizionSlice`); pure. */
export function mapVizion(slice: unknown, context: MapContext): Observed {
  const payload = rowOf(asRow(slice), 'payload');
  const none = notFound(context.observedAt);
  const number = textOf(payload, 'container_id');
  if (number === null || normalizeNumber(number) !== normalizeNumber(context.number)) return none;
  const drift = createDrift();
  const milestones = rowsOf(memberOf(payload, 'milestones'))
    .flatMap((row) => readMilestone(row, drift) ?? [])
    .toSorted((a, b) => a.atMs - b.atMs);
  const isoType = readIsoType(textOf(payload, 'container_iso'));
  return {
    ...none,
    found: true,
    providerUpdatedAt: readUpdate(asRow(slice)),
    description: isoType,
    length: lengthOfIsoType(isoType),
    isoType,
    loaded: readLoaded(milestones),
    billOfLading: textOf(payload, 'bill_of_lading'),
    carrier: readCarrier(payload, milestones),
    destination: readDestination(payload),
    milestones: tellWhere(milestones),
    holds: readHolds(milestones),
    available: milestones.some(({ code }) => code === 'available') ? true : null,
    lastFreeDays: readFreeDays(milestones),
    unknownCodes: drift.codes,
  };
}

function readUpdate(slice: Row): string | null {
  const at = Date.parse(textOf(slice, 'createdAt') ?? '');
  return Number.isNaN(at) ? null : new Date(at).toISOString();
}

function isMove({ code }: VizionMilestone): boolean {
  return !['available', 'lfd', 'hold', 'release'].includes(code);
}

/** Each move once, the last word of each; a forecast of what has happened is overtaken. */
function tellWhere(milestones: readonly VizionMilestone[]): Milestone[] {
  const moves = milestones.filter(isMove);
  const has = (code: string, mode: VizionMilestone['mode']) =>
    moves.some((one) => one.code === code && (one.mode === 'rail') === (mode === 'rail'));
  const current = moves.filter(({ code, mode }) => {
    if (code === 'etd') return !has('departed', null) && !has('loaded', null);
    if (code !== 'eta') return true;
    return mode === 'rail' ? !has('rail-arrived', 'rail') : !has('arrived', mode) && !has('discharged', null);
  });
  const last = new Map(current.map((one) => [`${one.code} ${one.mode === 'rail'}`, one]));
  return [...last.values()].map(({ code, time, location, mode }) => ({
    // `isMove` left only codes of moves.
    code: code as Milestone['code'],
    time,
    location,
    ...(mode && { mode }),
  }));
}

function readLoaded(milestones: readonly VizionMilestone[]): Observed['loaded'] {
  const said = milestones
    .filter(({ row }) => memberOf(row, 'planned') !== true)
    .map(({ row }) => textOf(rowOf(row, 'journey_event'), 'empty_indicator'))
    .findLast((text) => text === 'EMPTY' || text === 'LADEN');
  if (said === undefined) return null;
  return said === 'EMPTY' ? 'empty' : 'laden';
}

function readCarrier(payload: Row, milestones: readonly VizionMilestone[]): Observed['carrier'] {
  const last = milestones.findLast(({ row }) => textOf(row, 'vessel') !== null)?.row ?? {};
  const steamshipLine = textOf(payload, 'carrier_scac');
  const vessel = textOf(last, 'vessel');
  if (!steamshipLine && !vessel) return null;
  return { type: 'vessel', steamshipLine, vessel, voyage: textOf(last, 'voyage') };
}

function readDestination(payload: Row): Observed['destination'] {
  const inland = textOf(rowOf(payload, 'inland_destination'), 'name');
  if (inland !== null) return { type: 'rail', siteId: null, name: inland };
  const port = textOf(rowOf(payload, 'destination_port'), 'name');
  return port === null ? null : { type: 'terminal', siteId: null, name: port };
}

/** Holds that no release followed. Null while nothing was said of any. */
function readHolds(milestones: readonly VizionMilestone[]): Observed['holds'] {
  const said = milestones.filter(({ code }) => code === 'hold' || code === 'release');
  if (said.length === 0) return null;
  const last = new Map(said.map((one) => [one.about, one]));
  return [...last.values()].flatMap(({ code, about, row }) => {
    const description = textOf(row, 'raw_description') ?? textOf(row, 'description');
    return code === 'hold' && about
      ? [{ type: about, description, providerCode: textOf(row, 'description') }]
      : [];
  });
}

// The day that the clock at the terminal shows.
function readFreeDays(milestones: readonly VizionMilestone[]): Observed['lastFreeDays'] {
  const last = milestones.findLast(({ code }) => code === 'lfd');
  const date = readDate(last?.time?.at ?? null);
  return date === null ? [] : [{ source: 'terminal', date }];
}
