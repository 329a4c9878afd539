import type { ReceivedEvent } from '@envase/client';
import type {
  Change,
  ContainerResult,
  StatusEvent,
  StoppedResult,
  TraceErrorResult,
} from '@envase/contracts';

const statusWords: Record<string, string> = {
  not_found: 'unknown to the provider',
  booked: 'booked',
  on_vessel: 'on the vessel',
  vessel_arrived: 'vessel arrived',
  discharged: 'discharged',
  on_hold: 'on hold',
  available: 'available',
  appointment_set: 'appointment set',
  outgated: 'out of the gate',
  on_rail: 'on the train',
  rail_arrived: 'train arrived',
  grounded: 'on the ground',
  rail_available: 'available at the ramp',
  delivered: 'delivered',
  empty_returned: 'empty returned',
};

/** One event in the words of a dispatcher: `on hold (customs) → available, last free day 2026-11-28`. */
export function describeEvent({ action, sequence, payload }: ReceivedEvent): string {
  // The casts: payloads by action, contract s4.
  if (action === 'TRACE_ERROR') return describeError(payload as unknown as TraceErrorResult);
  if (action === 'TRACE_STOPPED') {
    const { reason } = payload as unknown as StoppedResult; // contract s4
    return `tracing ended: ${(statusWords[reason] ?? reason).replaceAll('_', ' ')}`;
  }
  return describeResult(payload as unknown as ContainerResult, sequence === 1); // contract s4
}

function describeError({ code, message, affected }: TraceErrorResult): string {
  return `could not ask for ${affected.count} container(s): ${message} (${code})`;
}

function describeResult(result: ContainerResult, isFirst: boolean): string {
  const now = statusOf(result.status, standingHolds(result.events));
  if (isFirst) return [now, ...detailsOf(result.events, { isAll: true, result })].join(', ');
  const changed = result.changes.find(({ field }) => field === 'status');
  const before = changed && statusOf(String(changed.previous), formerHolds(result));
  const head = before === undefined || before === now ? [] : [`${before} → ${now}`];
  const parts = [
    ...head,
    ...holdsMoved(result, head.length > 0),
    ...detailsOf(result.events, { isAll: false, result }),
  ];
  return parts.length > 0 ? parts.join(', ') : describeRest(result, now);
}

function statusOf(status: string, holds: readonly string[]): string {
  const words = statusWords[status] ?? status.replaceAll('_', ' ');
  return status === 'on_hold' && holds.length > 0 ? `${words} (${holds.join(', ')})` : words;
}

const holdField = /^events\.hold\.(\w+)$/;

function standingHolds(events: readonly StatusEvent[]): string[] {
  return events.filter(({ code }) => code === 'hold').map(({ data }) => String(data.type));
}

/** Holds that stood before these changes. */
function formerHolds({ events, changes }: ContainerResult): string[] {
  const moved = holdChanges(changes);
  const untouched = standingHolds(events).filter((type) => !moved.some((one) => one.type === type));
  return [...untouched, ...moved.filter(({ before }) => before).map(({ type }) => type)];
}

function holdChanges(changes: readonly Change[]) {
  return changes.flatMap(({ field, previous, current }) => {
    const type = holdField.exec(field)?.[1];
    return type === undefined ? [] : [{ type, before: previous !== null, after: current !== null }];
  });
}

/** Holds that came or went while the status stayed; with it they are told already. */
function holdsMoved({ changes }: ContainerResult, isToldByStatus: boolean): string[] {
  if (isToldByStatus) return [];
  return holdChanges(changes)
    .filter(({ before, after }) => before !== after)
    .map(({ type, after }) => (after ? `${type} hold` : `${type} hold lifted`));
}

interface Details {
  /** Whatever is known; otherwise what changed. */
  isAll: boolean;
  result: ContainerResult;
}

function detailsOf(events: readonly StatusEvent[], { isAll, result }: Details): string[] {
  const isTold = (prefix: string) => isAll || result.changes.some(({ field }) => field.startsWith(prefix));
  const dataOf = (code: string) => events.find((event) => event.code === code)?.data;
  const lot = events.find(({ code }) => code === 'grounded')?.location?.lot;
  const { earliest } = result.lastFreeDay;
  const said: [string, unknown, (value: string) => string][] = [
    ['events.eta', dataOf('eta')?.eta, (at) => `expected ${minuteOf(at)}`],
    ['events.grounded', lot, (place) => `lot ${place}`],
    ['lastFreeDay', earliest, (day) => `last free day ${day}`],
    ['appointment', dataOf('appointment')?.appointment, (at) => `appointment ${minuteOf(at)}`],
  ];
  const told = said.flatMap(([prefix, value, words]) =>
    typeof value === 'string' && isTold(prefix) ? [words(value)] : [],
  );
  const [fee] = result.fees;
  const fees = fee ? `${fee.type} ${fee.amount} ${fee.currency} due` : 'nothing owed any more';
  const isFeeTold = isAll ? fee !== undefined : isTold('fees');
  return isFeeTold ? [...told, fees] : told;
}

/** Up to the minute, as the place itself has it. */
function minuteOf(at: string): string {
  return at.slice(0, 16).replace('T', ' ');
}

function describeRest({ changes }: ContainerResult, now: string): string {
  const fields = [
    ...new Set(changes.map(({ field }) => field.replace(/^events\./, '').replace(/\.\w+$/, ''))),
  ];
  return fields.length === 0 ? `${now}, as before` : `${now}; also known now: ${fields.join(', ')}`;
}
