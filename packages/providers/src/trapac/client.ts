import { normalizeNumber } from '@envase/domain';
import { z } from 'zod';
import { groupByKey } from '../kit/box-numbers.ts';
import type { Row } from '../kit/fields.ts';
import { createProviderHttp } from '../kit/http.ts';
import type { BatchAnswer, BatchRequest, ProviderConnection, RealTimeClient } from '../provider.ts';
import { findSite } from '../sites.ts';
import { trapacManifest } from './manifest.ts';
import { leftAt } from './yard.ts';

/** What is kept of TraPac's answer for one box: its rows at one terminal, as they came, without rows that are errors. */
export interface TrapacSlice {
  terminal: string;
  rows: Row[];
}

const row = z.looseObject({
  number: z.string().min(1),
  errorCode: z.union([z.number(), z.string()]).nullish(),
});
const rows = z.union([z.array(row), row.transform((one) => [one])]);

type Ask = (terminal: string, keys: string[]) => Promise<z.output<typeof rows>>;

/** Connects to TraPac; without a login, from an address that the vendor has registered. */
export function connectTrapac(connection: ProviderConnection): RealTimeClient {
  const http = createProviderHttp({
    baseUrl: connection.baseUrl,
    timeoutMs: connection.timeoutMs ?? trapacManifest.timeoutMs,
    spend: connection.spend,
  });
  return {
    trace(batch) {
      return traceBatch(batch, async (terminal, keys) => {
        const { body } = await http.ask({
          path: '/TrapacAPI/api/Availabilities',
          query: { terminal, list: keys.join(',') },
          schema: rows,
          signal: batch.signal,
        });
        return body;
      });
    },
    close: http.close,
  };
}

/** Asks one terminal after the other until every box is found where it still stands. */
async function traceBatch(batch: BatchRequest, ask: Ask): Promise<BatchAnswer> {
  const callers = groupByKey(batch.numbers, normalizeNumber);
  const terminals = batch.siteId
    ? [findSite(trapacManifest, batch.siteId)?.id ?? batch.siteId]
    : trapacManifest.sites.map(({ id }) => id);
  const slices = new Map<string, TrapacSlice>();
  let left = [...callers.keys()];
  for (const terminal of terminals) {
    if (left.length === 0) break;
    for (const [key, own] of ownRows(await ask(terminal, left), left)) {
      const slice = { terminal, rows: own };
      if (own.length > 0) slices.set(key, preferred(slices.get(key), slice));
    }
    left = left.filter((key) => hasLeft(slices.get(key)));
  }
  const named = [...callers].flatMap(([key, numbers]) => {
    const slice = slices.get(key);
    return slice ? numbers.map((number) => [number, slice] as const) : [];
  });
  return { slices: new Map(named) };
}

/** The rows of each box that was asked for. A code other than zero says, whatever its text, that there is no such box. */
function ownRows(body: z.output<typeof rows>, keys: readonly string[]): Map<string, Row[]> {
  const own = new Map<string, Row[]>(keys.map((key) => [key, []]));
  for (const one of body) {
    const isFound = Number(one.errorCode ?? 0) === 0;
    if (isFound) own.get(normalizeNumber(one.number))?.push(one);
  }
  return own;
}

/** A box that left one terminal may stand in the other by now. */
function hasLeft(slice: TrapacSlice | undefined): boolean {
  return leavingOf(slice) < Number.POSITIVE_INFINITY;
}

/** The slice of where the box stands, else of where it left last. */
function preferred(known: TrapacSlice | undefined, other: TrapacSlice): TrapacSlice {
  return known && leavingOf(known) >= leavingOf(other) ? known : other;
}

// Both terminals keep one time, so zone-less times compare.
function leavingOf(slice: TrapacSlice | undefined): number {
  const leavings = slice?.rows.map((one) => leftAt(one, null)) ?? [];
  return Math.max(Number.NEGATIVE_INFINITY, ...leavings);
}
