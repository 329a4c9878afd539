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
  if (previous === current) return [];
  const before = new Map(Object.entries(previous ?? {}));
  const after = new Map(Object.entries(current ?? {}));
  return [...new Set([...before.keys(), ...after.keys()])].map((key) => ({
    field: `${prefix}${key}`,
    previous: before.get(key) ?? null,
    current: after.get(key) ?? null,
  }));
}

/** One change per path that appears, vanishes or tells something else; and one where only the place differs. */
function compareEvents(previous: readonly StatusEvent[], current: readonly StatusEvent[]): Change[] {
  const before = byPath(previous);
  const after = byPath(current);
  return [...new Set([...before.keys(), ...after.keys()])].flatMap((field) => {
    const [known, now] = [before.get(field), after.get(field)];
    const place = known && now && { previous: known.locations, current: now.locations };
    return [
      { field, previous: known?.data ?? null, current: now?.data ?? null },
      ...(place ? [{ field: `${field}.location`, ...place }] : []),
    ];
  });
}

interface Shown {
  data: unknown;
  locations: unknown;
}

/** By path the data of its event and where it happened; lists where several stand (two customs holds). */
function byPath(events: readonly StatusEvent[]): Map<string, Shown> {
  const groups = Map.groupBy(events, pathOf);
  const show = (values: unknown[]) => (values.length === 1 ? values[0] : values);
  return new Map(
    [...groups].map(([path, group]) => {
      const data = group.filter(({ code }) => !shownElsewhere.has(code)).map((event) => event.data);
      const shown = {
        data: data.length === 0 ? null : show(data),
        locations: show(group.map((one) => one.location)),
      };
      return [path, shown];
    }),
  );
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
function isEqual(a: unknown, b: unknown): boolean {
  if (a === b) return true;
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return false;
  const [before, after] = [Object.entries(a), new Map(Object.entries(b))];
  if (Array.isArray(a) !== Array.isArray(b) || before.length !== after.size) return false;
  return before.every(([key, value]) => after.has(key) && isEqual(value, after.get(key)));
}
