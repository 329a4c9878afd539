import type { Change, StatusEvent } from '@envase/contracts';
import type { TraceState } from '../trace-state.ts';
import { noBooking } from './booking.ts';

const plainFields = [
  ['status', 'status'],
  ['description', 'description'],
  ['length', 'length'],
  ['isoType', 'isoType'],
  ['loaded', 'loaded'],
  ['billOfLading', 'steamshipBL'],
] as const;

const nestedFields = ['carrier', 'destination', 'lastFreeDay'] as const;

// These stand in fields of their own, which name the change already.
const shownElsewhere: ReadonlySet<StatusEvent['code']> = new Set(['lfd', 'fee']);

/**
 * What a receiver finds different from the result before (contract s4, s10): paths into the payload, `null` for absent. Empty
 * exactly when both states make the same payload, freshness apart.
 */
export function diffStates(previous: TraceState, current: TraceState): Change[] {
  const changes = [
    ...plainFields.map(([key, field]) => ({ field, previous: previous[key], current: current[key] })),
    ...nestedFields.flatMap((field) => compareNested(`${field}.`, previous[field], current[field])),
    ...compareNested('', previous.booking ?? noBooking, current.booking ?? noBooking),
    { field: 'fees', previous: previous.fees, current: current.fees },
    ...compareEvents(previous.events, current.events),
  ];
  return changes.filter((change) => !isEqual(change.previous, change.current));
}

function compareNested(prefix: string, previous: object | null, current: object | null): Change[] {
  const before = new Map(Object.entries(previous ?? {}));
  const after = new Map(Object.entries(current ?? {}));
  return [...new Set([...before.keys(), ...after.keys()])].map((key) => ({
    field: `${prefix}${key}`,
    previous: before.get(key) ?? null,
    current: after.get(key) ?? null,
  }));
}

function compareEvents(previous: readonly StatusEvent[], current: readonly StatusEvent[]): Change[] {
  const before = byPath(previous);
  const after = byPath(current);
  return [...new Set([...before.keys(), ...after.keys()])].map((field) => ({
    field,
    previous: before.get(field) ?? null,
    current: after.get(field) ?? null,
  }));
}

/** One value per path: the data of its event, a list where several stand (two customs holds), and where it happened. */
function byPath(events: readonly StatusEvent[]): Map<string, unknown> {
  const values = new Map<string, unknown[]>();
  const add = (path: string, value: unknown) => values.set(path, [...(values.get(path) ?? []), value]);
  for (const event of events) {
    const path = pathOf(event);
    if (!shownElsewhere.has(event.code)) add(path, event.data);
    add(`${path}.location`, event.location);
  }
  return new Map([...values].map(([path, list]) => [path, list.length === 1 ? list[0] : list]));
}

function pathOf({ code, data }: StatusEvent): string {
  if (code === 'appointment') return code;
  const kinds: Partial<Record<StatusEvent['code'], unknown>> = {
    hold: data.type,
    fee: data.type,
    lfd: data.source,
  };
  const kind = kinds[code] ?? data.mode;
  return typeof kind === 'string' ? `events.${code}.${kind}` : `events.${code}`;
}

/** Equal as JSON values, whatever the order of keys. */
export function isEqual(a: unknown, b: unknown): boolean {
  if (a === b) return true;
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return false;
  const [before, after] = [Object.entries(a), new Map(Object.entries(b))];
  if (Array.isArray(a) !== Array.isArray(b) || before.length !== after.size) return false;
  return before.every(([key, value]) => after.has(key) && isEqual(value, after.get(key)));
}
