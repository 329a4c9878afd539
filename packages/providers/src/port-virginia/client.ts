import { normalizeNumber } from '@envase/domain';
import { z } from 'zod';
import { asRow, type Row, textOf } from '../kit/fields.ts';
import { createProviderHttp } from '../kit/http.ts';
import {
  type BatchAnswer,
  type BatchRequest,
  type ProviderConnection,
  ProviderError,
  type RealTimeClient,
} from '../provider.ts';
import { portVirginiaManifest } from './manifest.ts';

/** What is kept of the port's answer for one box: its import, as it came. */
export interface PortVirginiaSlice {
  data: Row;
}

const row = z.looseObject({
  equipmentId: z.string().min(1),
  referenceId: z.string().nullish(),
  data: z.looseObject({}).nullish(),
});
const rows = z.union([z.array(row), row.transform((one) => [one])]);

/** A box and the bill of lading under which the port may be asked about it. */
interface Item {
  equipmentId: string;
  referenceId: string;
}

/** Connects to the Port of Virginia; its key goes into the query of every request. */
export function connectPortVirginia(connection: ProviderConnection): RealTimeClient {
  const { apiKey } = connection.credentials;
  const http = createProviderHttp({
    baseUrl: connection.baseUrl,
    timeoutMs: connection.timeoutMs ?? portVirginiaManifest.timeoutMs,
    spend: connection.spend,
  });
  return {
    async trace(batch) {
      if (!apiKey) throw new ProviderError('login_failed', 'The Port of Virginia needs a key');
      return traceBatch(batch, async (items) => {
        const { body } = await http.ask({
          method: 'POST',
          path: '/import-availability',
          query: { key: apiKey },
          json: items,
          schema: rows,
          signal: batch.signal,
        });
        return body;
      });
    },
    close: http.close,
  };
}

/**
 * One request. The port tells a box only to those who name its bill of lading; without one the box is asked for all the same
 * and the port says why it tells nothing.
 */
async function traceBatch(
  { numbers, billsOfLading }: BatchRequest,
  ask: (items: Item[]) => Promise<z.output<typeof rows>>,
): Promise<BatchAnswer> {
  const itemOf = (number: string): Item => ({
    equipmentId: normalizeNumber(number),
    referenceId: billsOfLading?.get(number)?.trim() ?? '',
  });
  const items = new Map(numbers.map((number) => [keyOf(itemOf(number)), itemOf(number)]));
  if (items.size === 0) return { slices: new Map() };
  const found = new Map<string, PortVirginiaSlice>();
  for (const { data, ...echo } of await ask([...items.values()])) {
    const key = keyOf(echo);
    const isOwn = items.has(key) && isAbout(asRow(data), echo.equipmentId);
    if (data && isOwn && !found.has(key)) found.set(key, { data });
  }
  const slices = numbers.flatMap((number) => {
    const slice = found.get(keyOf(itemOf(number)));
    return slice ? [[number, slice] as const] : [];
  });
  return { slices: new Map(slices) };
}

/** One spelling for what was asked and for its echo. */
function keyOf({ equipmentId, referenceId }: { equipmentId: string; referenceId?: unknown }): string {
  const reference = typeof referenceId === 'string' ? referenceId.trim().toUpperCase() : '';
  return `${normalizeNumber(equipmentId)} ${reference}`;
}

function isAbout(data: Row, equipmentId: string): boolean {
  const container = textOf(data, 'container');
  return container === null || normalizeNumber(container) === normalizeNumber(equipmentId);
}
