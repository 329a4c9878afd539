import { today } from '@envase/domain';
import { z } from 'zod';
import { groupByKey, railKey, splitForRail } from '../kit/box-numbers.ts';
import { codeOfStatus } from '../kit/failures.ts';
import { asRow, type Row, rowsOf, textOf } from '../kit/fields.ts';
import { createProviderHttp, type ProviderHttp, type ProviderRequest } from '../kit/http.ts';
import {
  type BatchAnswer,
  type BatchRequest,
  type ProviderConnection,
  ProviderError,
  type RealTimeClient,
} from '../provider.ts';
import { isInInventory } from './codes.ts';
import { bnsfManifest } from './manifest.ts';

/** What is kept of BNSF's answers for one box: its unit and, if it is gone, its gate receipts of 7 days. */
export interface BnsfSlice {
  unit: Row | null;
  receipts: Row[];
}

const record = z.looseObject({});
const units = z.looseObject({
  intermodalUnits: z.array(
    z.looseObject({ equipmentInitial: z.string(), equipmentNumber: z.union([z.string(), z.number()]) }),
  ),
});
const receipt = z.looseObject({ j1Details: z.union([record, z.array(record)]).nullish() });
const receipts = z.union([
  z.looseObject({ elements: z.array(receipt) }),
  z.looseObject({ j1Details: z.union([record, z.array(record)]) }).transform((one) => ({ elements: [one] })),
]);
// Either body can come with status 200.
const refusal = z.union([
  z.looseObject({ httpErrors: z.array(z.unknown()), httpResponseCode: z.union([z.string(), z.number()]) }),
  z.looseObject({ message: z.string() }),
]);

const dayMs = 86_400_000;
const daysOfReceipts = 7;

/** Connects to BNSF: mutual TLS over https, plain http to a simulator. */
export function connectBnsf(connection: ProviderConnection): RealTimeClient {
  const { certificate, key, certificateAuthority } = connection.credentials;
  const http = createProviderHttp({
    baseUrl: connection.baseUrl,
    timeoutMs: connection.timeoutMs ?? bnsfManifest.timeoutMs,
    spend: connection.spend,
    https: {
      ...(certificate && { certificate }),
      ...(key && { key }),
      ...(certificateAuthority && { certificateAuthority }),
    },
    // "Wait about one minute then try again."
    waitAfterStatusMs: { 504: 60_000 },
  });
  const isLoginMissing = connection.baseUrl.startsWith('https:') && !(certificate && key);
  return {
    async trace(batch) {
      if (isLoginMissing)
        throw new ProviderError('login_failed', 'BNSF needs a client certificate and its key');
      return traceBatch(http, batch);
    },
    close: http.close,
  };
}

/**
 * One request for the units, and one for gate receipts if any are not in inventory: at most one of each per batch, so
 * both operations stay within quality P8.
 */
async function traceBatch(http: ProviderHttp, batch: BatchRequest): Promise<BatchAnswer> {
  const callers = groupByKey(batch.numbers, unitKey);
  const keys = [...callers.keys()];
  if (keys.length === 0) return { slices: new Map() };
  const found = await askUnits(http, keys, batch.signal);
  const missing = keys.filter((key) => !isInInventory(found.get(key) ?? null));
  const gates =
    missing.length > 0 ? await askReceipts(http, missing, batch.signal) : new Map<string, Row[]>();
  const named = [...callers].flatMap(([key, numbers]) => {
    const slice: BnsfSlice = { unit: found.get(key) ?? null, receipts: gates.get(key) ?? [] };
    const isKnown = isInInventory(slice.unit) || slice.receipts.length > 0;
    return isKnown ? numbers.map((number) => [number, slice] as const) : [];
  });
  return { slices: new Map(named) };
}

async function askUnits(http: ProviderHttp, keys: string[], signal: AbortSignal): Promise<Map<string, Row>> {
  const intermodalUnits = keys.map((key) => {
    const [equipmentInitial, equipmentNumber] = key.split(' ');
    return { equipmentInitial, equipmentNumber: equipmentNumber?.padStart(6, '0') };
  });
  const body = await ask(http, {
    method: 'POST',
    path: '/v3/unit-details',
    json: { intermodalUnits },
    schema: units,
    signal,
  });
  const wanted = new Set(keys);
  const rows = new Map<string, Row>();
  for (const unit of body.intermodalUnits) {
    const key = keyOf(unit, 'equipmentInitial', 'equipmentNumber');
    const isBetter = !rows.has(key) || (isInInventory(unit) && !isInInventory(rows.get(key) ?? null));
    if (wanted.has(key) && isBetter) rows.set(key, unit);
  }
  return rows;
}

async function askReceipts(
  http: ProviderHttp,
  keys: string[],
  signal: AbortSignal,
): Promise<Map<string, Row[]>> {
  const nowMs = Date.now();
  const body = await ask(http, {
    method: 'POST',
    path: '/v1/j1-receipts',
    json: {
      unitList: keys.map(tenCharacters),
      startDate: today(nowMs - daysOfReceipts * dayMs, 'America/Chicago'),
      endDate: today(nowMs, 'America/Chicago'),
      j1ReceiptData: true,
      j1ReceiptPdf: false,
    },
    schema: receipts,
    signal,
  });
  const rows = new Map<string, Row[]>(keys.map((key) => [key, []]));
  for (const element of body.elements) {
    for (const details of rowsOf(element.j1Details)) {
      const own = rows.get(keyOf(details, 'unitInitial', 'unitNumber'));
      own?.push(...rowsOf(details['J1 Receipt']).filter((one) => !textOf(one, 'errorMessage')));
    }
  }
  return rows;
}

type Question<T> = Required<Pick<ProviderRequest<T>, 'method' | 'path' | 'json' | 'schema' | 'signal'>>;

/** Asks; an answer that is one of the vendor's two error bodies becomes the failure it names. */
async function ask<T>(http: ProviderHttp, request: Question<T>): Promise<T> {
  const answered = request.schema.transform((value) => ({ value }));
  const refused = refusal.transform((body) => ({ failure: refuse(body, request.path) }));
  const { body } = await http.ask({ ...request, schema: z.union([answered, refused]) });
  if ('failure' in body) throw body.failure;
  return body.value;
}

function refuse(body: z.output<typeof refusal>, path: string): ProviderError {
  const status = Number(asRow(body).httpResponseCode ?? 403);
  return new ProviderError(codeOfStatus(status), `The provider answered POST ${path} with error ${status}`);
}

function unitKey(number: string): string | null {
  const unit = splitForRail(number);
  return unit && railKey(unit);
}

function keyOf(row: Row, initial: string, number: string): string {
  return railKey({ initial: textOf(row, initial) ?? '', number: textOf(row, number) ?? '' });
}

function tenCharacters(key: string): string {
  const [initial = '', number = ''] = key.split(' ');
  return `${initial}${number.padStart(6, '0')}`;
}
