import type { SourceTime } from '@envase/domain';
import { type Row, textOf } from '../kit/fields.ts';
import { instantOf, isNoDate, readTime } from '../kit/times.ts';

/** One row of `/import-availability`: one visit of the box to the facility. */
export interface Visit {
  row: Row;
  dischargedAt: SourceTime | null;
  outAt: SourceTime | null;
  /** It may have left: there is a time of leaving that cannot be read. */
  isOutUnclear: boolean;
  /** When the visit began as far as the row tells, in milliseconds. */
  atMs: number;
}

/** The latest visit of several; null without a row. A box comes back, and two bills of lading make two rows. */
export function latestVisit(rows: readonly Row[], zone: string | null = null): Visit | null {
  const visits = rows.map((row) => readVisit(row, zone));
  return visits.reduce<Visit | null>(
    (latest, visit) => (latest && latest.atMs >= visit.atMs ? latest : visit),
    null,
  );
}

function readVisit(row: Row, zone: string | null): Visit {
  const dischargedAt = readTime(textOf(row, 'dischargeDateTimeLocal'), zone);
  const outText = textOf(row, 'facilityOutDateTimeLocal');
  const outAt = readTime(outText, zone);
  const isOutUnclear = outText !== null && outAt === null && !isNoDate(outText);
  const etaAt = readTime(textOf(row, 'vesselEtaDateTimeLocal'), zone);
  const began = [dischargedAt, etaAt, outAt].map(instantOf).find((at) => at > Number.NEGATIVE_INFINITY);
  return { row, dischargedAt, outAt, isOutUnclear, atMs: began ?? Number.NEGATIVE_INFINITY };
}
