import type { SchemaElement } from 'hyparquet';
import { ByteWriter, ParquetWriter } from 'hyparquet-writer';
import { daysBetween } from './days.ts';
import { inGroups } from './in-groups.ts';
import { type ColumnKind, kindOfColumn, type ReportRow } from './report.ts';

const ROWS_PER_GROUP = 10_000;

/** Apache Parquet types: dates are DATE, durations may be null, counts fit 32 bits. */
const types: Record<ColumnKind, Omit<SchemaElement, 'name'>> = {
  date: { type: 'INT32', converted_type: 'DATE', repetition_type: 'REQUIRED' },
  id: { type: 'BYTE_ARRAY', converted_type: 'UTF8', repetition_type: 'REQUIRED' },
  durationMs: { type: 'INT64', repetition_type: 'OPTIONAL' },
  count: { type: 'INT32', repetition_type: 'REQUIRED' },
};

/**
 * The rows as a Parquet file, a row group a chunk: what is kept is one group, and the footer that grows with their number. Written by
 * hyparquet-writer: no native code, hands over what is written when asked, and its reader checks it in the tests.
 */
export async function* toParquet(
  days: AsyncIterable<ReportRow[]>,
  names: readonly string[],
): AsyncGenerator<Uint8Array> {
  const columns = names.map((name) => ({ name, kind: kindOfColumn(name) }));
  const fields = columns.map(({ name, kind }) => ({ name, ...types[kind] }));
  const schema: SchemaElement[] = [{ name: 'root', num_children: fields.length }, ...fields];
  const bytes = new ByteWriter();
  const file = new ParquetWriter({ writer: bytes, schema, createdBy: 'Envase Trace' });
  for await (const rows of inGroups(days, ROWS_PER_GROUP)) {
    const columnData = columns.map(({ name, kind }) => ({
      name,
      data: rows.map((row) => toValue(row[name], kind)),
    }));
    await file.write({ columnData, rowGroupSize: rows.length });
    yield take(bytes);
  }
  await file.finish();
  yield take(bytes);
}

/** Takes what is written; offsets in the file go on. */
function take(bytes: ByteWriter): Uint8Array {
  const taken = bytes.getBytes().slice();
  bytes.index = 0;
  return taken;
}

function toValue(value: ReportRow[string] | undefined, kind: ColumnKind) {
  if (value === undefined || value === null) return null;
  if (kind === 'date') return daysBetween('1970-01-01', String(value));
  return kind === 'durationMs' ? BigInt(value) : value;
}
