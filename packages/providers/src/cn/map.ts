import { notFound, type Observed } from '@envase/domain';
import { asRow, createDrift, type Drift, type Row, rowOf, rowsOf, textOf } from '../kit/fields.ts';
import { instantOf, isNoDate, readDate } from '../kit/times.ts';
import type { MapContext } from '../provider.ts';
import { carKinds, waybillStatuses } from './codes.ts';
import { type Reading, readEta, readEvent } from './event.ts';
import { readHolds } from './holds.ts';
import { readStation } from './stations.ts';
import { readZonedTime } from './zone-words.ts';

/** Maps a slice of CN's answer (`CnSlice`); pure. */
export function mapCn(slice: unknown, context: MapContext): Observed {
  const row = latestRow(rowsOf(asRow(slice).equipment), context.zone);
  if (!row) return notFound(context.observedAt);
  const drift = createDrift();
  const destination = readStation(rowOf(row, 'Destination'));
  const reading: Reading = { row, destination, zone: context.zone, drift };
  const where = readEvent(reading);
  noteStatus(row, drift);
  return {
    ...notFound(context.observedAt),
    found: true,
    ...readKind(row, drift),
    loaded: readLoaded(row, drift),
    carrier: { type: 'rail', steamshipLine: null, vessel: null, voyage: null },
    destination: destination?.location ?? null,
    milestones: [...where.milestones, ...readEta(reading, where)],
    holds: readHolds(row, drift),
    lastFreeDays: readFreeDays(row, drift),
    lot: where.lot,
    unknownCodes: drift.codes,
  };
}

/** A box can have a row per waybill: the one with the latest event counts. */
function latestRow(rows: readonly Row[], zone: string | null): Row | null {
  const dated = rows
    .filter((row) => textOf(row, 'EquipmentId') !== null)
    .map((row) => ({ row, atMs: instantOf(readZonedTime(textOf(rowOf(row, 'Event'), 'Time'), zone)) }));
  const latest = Math.max(...dated.map(({ atMs }) => atMs));
  return dated.find(({ atMs }) => atMs === latest)?.row ?? null;
}

function readFreeDays(row: Row, drift: Drift): Observed['lastFreeDays'] {
  const text = textOf(rowOf(row, 'StorageCharge'), 'LastFreeDay');
  const date = readDate(text);
  if (!date && !isNoDate(text)) drift.note('StorageCharge.LastFreeDay', text);
  return date ? [{ source: 'rail', date }] : [];
}

function readKind(row: Row, drift: Drift): Pick<Observed, 'length' | 'description'> {
  const code = textOf(row, 'CarKind')?.toUpperCase() ?? null;
  const kind = code !== null && Object.hasOwn(carKinds, code) ? carKinds[code] : undefined;
  if (!kind) drift.note('CarKind', code);
  return {
    length: kind?.length ?? null,
    description: textOf(row, 'CarKindDescription') ?? kind?.description ?? null,
  };
}

function readLoaded(row: Row, drift: Drift): Observed['loaded'] {
  const code = textOf(row, 'LoadEmpty')?.toUpperCase() ?? null;
  if (code === 'L') return 'laden';
  if (code === 'E') return 'empty';
  drift.note('LoadEmpty', code);
  return null;
}

function noteStatus(row: Row, drift: Drift): void {
  const status = textOf(row, 'WaybillStatus');
  if (status !== null && !waybillStatuses.has(status.toLowerCase())) drift.note('WaybillStatus', status);
}
