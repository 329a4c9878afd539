import type { EventLocation } from '@envase/contracts';
import { normalizeNumber, type SourceTime } from '@envase/domain';
import { type Drift, memberOf, type Row, rowOf, rowsOf, textOf } from '../kit/fields.ts';
import { instantOf, readTime } from '../kit/times.ts';
import { findSite } from '../sites.ts';
import { dcsaTntManifest } from './manifest.ts';

export type Classifier = 'PLN' | 'EST' | 'ACT';
export type Mode = 'VESSEL' | 'RAIL' | 'TRUCK' | 'BARGE';

/** One event in one spelling, whatever version and aliases the carrier sends. */
export interface DcsaEvent {
  /** `eventID`, or what identifies it where a carrier leaves that out. */
  id: string;
  kind: 'EQUIPMENT' | 'TRANSPORT' | 'SHIPMENT';
  code: string;
  classifier: Classifier | null;
  at: SourceTime;
  atMs: number;
  /** When the carrier made the statement; the earliest of all when it does not say. */
  createdMs: number;
  mode: Mode | null;
  facility: string | null;
  unLocode: string | null;
  isEmpty: boolean | null;
  documentType: string | null;
  location: EventLocation | null;
  row: Row;
}

const aliases = {
  EQUIPMENT: ['equipmentEventTypeCode', 'eventTypeCode'],
  TRANSPORT: ['transportEventTypeCode', 'eventTypeCode'],
  SHIPMENT: ['shipmentEventTypeCode', 'eventTypeCode'],
} as const;

const classifiers: readonly string[] = ['PLN', 'EST', 'ACT'];
const modes: readonly string[] = ['VESSEL', 'RAIL', 'TRUCK', 'BARGE'];

/** The events of a slice that can be read, each once, the oldest first. What cannot be read is noted. */
export function readEvents(rows: readonly Row[], drift: Drift): DcsaEvent[] {
  const events = rows.flatMap((row) => readEvent(row, drift) ?? []);
  const statements = Map.groupBy(events, (event) => event.id);
  const once = [...statements.values()].flatMap((said) => said.toSorted(compareStatements).at(-1) ?? []);
  return once.toSorted((a, b) => compareNumbers(a.atMs, b.atMs) || compareStatements(a, b));
}

// The order in which a carrier lists its events says nothing, so it must not show.
function compareStatements(a: DcsaEvent, b: DcsaEvent): number {
  const [one, other] = [a, b].map(({ id, row }) => `${id} ${JSON.stringify(row)}`);
  return compareNumbers(a.createdMs, b.createdMs) || ((one ?? '') < (other ?? '') ? -1 : 1);
}

/** As `a - b`, but two infinite times are equal. */
export function compareNumbers(a: number, b: number): number {
  return a === b ? 0 : a - b;
}

function readEvent(row: Row, drift: Drift): DcsaEvent | null {
  const kind = textOf(row, 'eventType')?.toUpperCase();
  if (kind !== 'EQUIPMENT' && kind !== 'TRANSPORT' && kind !== 'SHIPMENT') {
    drift.note('eventType', kind);
    return null;
  }
  const code = firstText(row, aliases[kind])?.toUpperCase();
  const call = rowOf(row, 'transportCall');
  const unLocode = readUnLocode(row, call, kind);
  const zone = unLocode ? (findSite(dcsaTntManifest, unLocode)?.timeZone ?? null) : null;
  const at = readTime(textOf(row, 'eventDateTime'), zone);
  if (!at || !code) {
    drift.note('eventDateTime', at ? undefined : textOf(row, 'eventDateTime'));
    return null;
  }
  return {
    id:
      textOf(row, 'eventID') ??
      [kind, code, classifierOf(row), at.at, textOf(row, 'equipmentReference')].join(' '),
    kind,
    code,
    at,
    atMs: instantOf(at),
    createdMs: instantOf(readTime(textOf(row, 'eventCreatedDateTime'), null)),
    classifier: oneOf<Classifier>(classifiers, textOf(row, 'eventClassifierCode'), (text) =>
      drift.note('eventClassifierCode', text),
    ),
    unLocode,
    ...readCall(row, call, drift),
    isEmpty: readEmpty(row, drift),
    documentType: firstText(row, ['documentTypeCode', 'shipmentInformationTypeCode'])?.toUpperCase() ?? null,
    location: placeOf(unLocode, readName(row, call), call),
    row,
  };
}

function classifierOf(row: Row): string | null {
  return textOf(row, 'eventClassifierCode');
}

function readCall(row: Row, call: Row, drift: Drift): Pick<DcsaEvent, 'mode' | 'facility'> {
  const facility =
    (textOf(row, 'facilityTypeCode') ?? textOf(call, 'facilityTypeCode'))?.toUpperCase() ?? null;
  const said = oneOf<Mode>(modes, textOf(call, 'modeOfTransport'), (text) =>
    drift.note('modeOfTransport', text),
  );
  const isVessel = memberOf(call, 'vessel') !== undefined || facility === 'POTE';
  const guessed = facility === 'RAMP' ? 'RAIL' : isVessel ? 'VESSEL' : null;
  return { facility, mode: said ?? (textOf(call, 'modeOfTransport') ? null : guessed) };
}

function readEmpty(row: Row, drift: Drift): boolean | null {
  const text = textOf(row, 'emptyIndicatorCode')?.toUpperCase();
  if (text === 'EMPTY') return true;
  if (text === 'LADEN') return false;
  drift.note('emptyIndicatorCode', text);
  return null;
}

// Where an equipment event happened stands nearer than the call it belongs to.
function readUnLocode(row: Row, call: Row, kind: DcsaEvent['kind']): string | null {
  const nearest = kind === 'EQUIPMENT' ? [rowOf(row, 'eventLocation')] : [];
  const places = [...nearest, rowOf(call, 'location'), call];
  const code = places.map((place) => textOf(place, 'UNLocationCode')).find((text) => text !== null);
  return code && /^[A-Z]{2}[A-Z0-9]{3}$/i.test(code) ? code.toUpperCase() : null;
}

function readName(row: Row, call: Row): string | null {
  return (
    textOf(rowOf(row, 'eventLocation'), 'locationName') ?? textOf(rowOf(call, 'location'), 'locationName')
  );
}

function placeOf(unLocode: string | null, name: string | null, call: Row): EventLocation | null {
  if (!unLocode && !name) return null;
  const site = unLocode ? findSite(dcsaTntManifest, unLocode) : null;
  const isRail = textOf(call, 'modeOfTransport') === 'RAIL';
  return {
    type: isRail ? 'rail' : 'terminal',
    siteId: site?.urn ?? null,
    name: name ?? site?.name ?? unLocode,
  };
}

function firstText(row: Row, keys: readonly string[]): string | null {
  return keys.map((key) => textOf(row, key)).find((text) => text !== null) ?? null;
}

function oneOf<T extends string>(
  known: readonly string[],
  text: string | null,
  note: (text: string) => void,
): T | null {
  const word = text?.toUpperCase();
  // `known` lists every `T`.
  if (word !== undefined && known.includes(word)) return word as T;
  if (text !== null) note(text);
  return null;
}

/** The values of a list such as `documentReferences` under a type; the newest event that names one wins. */
export function referenceOf(events: readonly DcsaEvent[], type: string): string | null {
  const values = events.flatMap(({ row }) =>
    rowsOf(memberOf(row, 'documentReferences'))
      .filter((reference) => textOf(reference, 'documentReferenceType') === type)
      .flatMap((reference) => textOf(reference, 'documentReferenceValue') ?? []),
  );
  return values.at(-1) ?? null;
}

/** Whether a box number is the one an event names. */
export function namesBox(event: DcsaEvent, number: string): boolean {
  const named = textOf(event.row, 'equipmentReference');
  return named === null || normalizeNumber(named) === normalizeNumber(number);
}
