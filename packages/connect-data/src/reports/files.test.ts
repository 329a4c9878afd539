import { parse } from 'csv-parse/sync';
import fc from 'fast-check';
import { parquetMetadata, parquetReadObjects } from 'hyparquet';
import { expect, it } from 'vitest';
import { dateOf, startOfDay } from './days.ts';
import type { ReportRow } from './report.ts';
import { toCsv } from './to-csv.ts';
import { toParquet } from './to-parquet.ts';

const columns = ['date', 'siteId', 'containers', 'averageMs'];

async function* inDays(...days: ReportRow[][]): AsyncGenerator<ReportRow[]> {
  yield* days;
}

async function toBytes(chunks: AsyncIterable<string | Uint8Array>): Promise<Buffer> {
  const all: Buffer[] = [];
  for await (const chunk of chunks) all.push(Buffer.from(chunk));
  return Buffer.concat(all);
}

async function toFile(chunks: AsyncIterable<Uint8Array>): Promise<ArrayBuffer> {
  return Uint8Array.from(await toBytes(chunks)).buffer;
}

const rows = fc.array(
  fc.record({
    date: fc.integer({ min: -900, max: 900 }).map((days) => dateOf(startOfDay('2026-11-24', days))),
    siteId: fc.oneof(
      fc.string({ unit: 'grapheme', minLength: 1 }),
      fc.constantFrom('a,b', '"', 'a\r\nb', '=1'),
    ),
    containers: fc.nat(),
    averageMs: fc.option(fc.maxSafeNat()),
  }),
  { maxLength: 20 },
);

it('says the same as CSV and as Parquet, whatever stands in the rows', async () => {
  await fc.assert(
    fc.asyncProperty(rows, rows, async (first, second) => {
      const all = [...first, ...second];
      const csv = await toBytes(toCsv(inDays(first, second), columns));
      const asText = all.map((row) => columns.map((name) => String(row[name as keyof typeof row] ?? '')));
      // Every line ends in CR LF, as RFC 4180 s2 has it.
      expect(parse(csv, { record_delimiter: '\r\n' })).toEqual([columns, ...asText]);
      const read = await parquetReadObjects({
        file: await toFile(toParquet(inDays(first, second), columns)),
      });
      const asParquet = all.map(({ date, averageMs, ...row }) => ({
        ...row,
        date: startOfDay(date),
        averageMs: averageMs === null ? null : BigInt(averageMs),
      }));
      expect(read).toEqual(asParquet);
    }),
    { numRuns: 50 },
  );
});

it('has a header, and a schema, without any row', async () => {
  expect((await toBytes(toCsv(inDays([], []), columns))).toString()).toBe(
    'date,siteId,containers,averageMs\r\n',
  );
  const { num_rows, schema } = parquetMetadata(await toFile(toParquet(inDays([]), columns)));
  expect(num_rows).toBe(0n);
  expect(schema.slice(1)).toMatchObject([
    { name: 'date', type: 'INT32', converted_type: 'DATE', repetition_type: 'REQUIRED' },
    { name: 'siteId', type: 'BYTE_ARRAY', converted_type: 'UTF8', repetition_type: 'REQUIRED' },
    { name: 'containers', type: 'INT32', repetition_type: 'REQUIRED' },
    { name: 'averageMs', type: 'INT64', repetition_type: 'OPTIONAL' },
  ]);
});
