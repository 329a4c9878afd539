import type { SourceTime } from '@envase/domain';
import { type Drift, type Row, textOf } from '../kit/fields.ts';
import { instantOf, readDate, readDateAndClock } from '../kit/times.ts';
import { gateEvents } from './codes.ts';
import { zoneOfStation } from './stations.ts';

export interface Receipt {
  row: Row;
  /** The moment at the gate; null when only its day is known. */
  time(zone: string | null): SourceTime | null;
}

/** The latest of several gate receipts; null without one that has a date. */
export function newestReceipt(rows: readonly Row[]): Receipt | null {
  const dated = rows.flatMap((row) => {
    const date = textOf(row, 'eventDate');
    const time = (zone: string | null) => readDateAndClock(date, textOf(row, 'eventTime'), zone);
    const own = zoneOfStation(textOf(row, 'station333'), textOf(row, 'stationStateCode'));
    const atMs = Math.max(instantOf(time(own)), Date.parse(readDate(date) ?? ''));
    return readDate(date) ? [{ row, time, atMs }] : [];
  });
  return dated.toSorted((a, b) => b.atMs - a.atMs)[0] ?? null;
}

/**
 * Which way a unit went through the gate. No member says so: the vendor's sample message begins with `INGATE`, so
 * `OUTGATE` is inferred, and so are the codes. Null when neither tells, or when they contradict the inventory.
 */
export function readGateMove({ row }: Receipt, drift: Drift): 'in' | 'out' | null {
  const message = textOf(row, 'gateEditMessage') ?? '';
  const code = textOf(row, 'eventCode')?.toUpperCase() ?? '';
  const said = /^\s*(IN|OUT)[- ]?GATED?\b/i.exec(message)?.[1]?.toLowerCase();
  const coded = Object.hasOwn(gateEvents, code) ? gateEvents[code] : undefined;
  const move = said === 'in' || said === 'out' ? said : (coded ?? null);
  if (!move) drift.note('J1.eventCode', code);
  const isStillThere = /^in inv/i.test(textOf(row, 'unitStatusCode') ?? '');
  return move === 'out' && isStillThere ? null : move;
}
