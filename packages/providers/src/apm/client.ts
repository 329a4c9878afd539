import { normalizeNumber } from '@envase/domain';
import { z } from 'zod';
import { groupByKey } from '../kit/box-numbers.ts';
import { type Row, readFlag, textOf } from '../kit/fields.ts';
import { createProviderHttp, type ProviderHttp } from '../kit/http.ts';
import { createTokenSource } from '../kit/token.ts';
import {
  type BatchAnswer,
  type BatchRequest,
  type ProviderConnection,
  ProviderError,
  type RealTimeClient,
} from '../provider.ts';
import { bookingRows, traceBookings } from './bookings.ts';
import { listFacilities } from './facilities.ts';
import { apmManifest } from './manifest.ts';
import { latestVisit } from './visit.ts';

/** What is kept of APM's answer for one box: its own rows at one facility, as they came. */
export interface ApmSlice {
  facilityCode: string;
  availability: Row[];
  emptyReturns: Row[];
}

const row = z.looseObject({ containerId: z.string().min(1) });
// The specification shows an object where others saw an array, and the reverse.
const rows = z.union([z.array(row), row.transform((one) => [one])]);
const tokenAnswer = z.looseObject({
  access_token: z.string().min(1),
  expires_in: z.coerce.number().nonnegative().catch(1_800),
});

type Ask = (operation: string, facilityCode: string, keys: string[]) => Promise<Map<string, Row[]>>;

/** Connects to APM; without a client id anonymously, as its sandbox allows. */
export function connectApm(connection: ProviderConnection): RealTimeClient {
  const http = createProviderHttp({
    baseUrl: connection.baseUrl,
    timeoutMs: connection.timeoutMs ?? apmManifest.timeoutMs,
    spend: connection.spend,
  });
  const authorization = connection.credentials.clientId
    ? createTokenSource(() => fetchToken(http, connection.credentials))
    : undefined;
  const tracer = createTracer();

  return {
    trace(batch) {
      const { signal } = batch;
      const question = (operation: string, facilityCode: string, keys: string[]) => ({
        path: `/${operation}`,
        query: { assetId: keys.join(','), facilityCode },
        signal,
        ...(authorization && { authorization }),
      });
      if (batch.service === 'booking') {
        return traceBookings(batch, async (facilityCode, keys) => {
          const asked = question('booking-enquiry', facilityCode, keys);
          return (await http.ask({ ...asked, schema: bookingRows })).body;
        });
      }
      return tracer(batch, async (operation, facilityCode, keys) => {
        const { body } = await http.ask({ ...question(operation, facilityCode, keys), schema: rows });
        return ownRows(body, keys);
      });
    },
    close: http.close,
  };
}

async function fetchToken(http: ProviderHttp, credentials: ProviderConnection['credentials']) {
  const { body } = await http.ask({
    method: 'POST',
    path: '/oauth/client_credential/accesstoken',
    query: { grant_type: 'client_credentials' },
    form: { client_id: credentials.clientId ?? '', client_secret: credentials.clientSecret ?? '' },
    schema: tokenAnswer,
    metered: false,
    // OAuth servers refuse a client with 400 as well (RFC 6749 s5.2).
    codes: { 400: 'login_failed' },
  });
  return { token: body.access_token, livesMs: body.expires_in * 1_000 };
}

/** The rows of each box that was asked for; whatever else the answer holds is dropped. */
function ownRows(body: readonly Row[], keys: readonly string[]): Map<string, Row[]> {
  const own = new Map<string, Row[]>(keys.map((key) => [key, []]));
  for (const one of body) own.get(normalizeNumber(textOf(one, 'containerId') ?? ''))?.push(one);
  return own;
}

function createTracer() {
  let areReturnsRefused = false;

  async function addReturns(slices: Map<string, ApmSlice>, ask: Ask): Promise<void> {
    const gone = [...slices].filter(([, { availability }]) => latestVisit(availability)?.outAt != null);
    for (const [facilityCode, boxes] of Map.groupBy(gone, ([, slice]) => slice.facilityCode)) {
      if (areReturnsRefused) return;
      const keys = boxes.map(([key]) => key);
      const found = await ask('empty-container-returns', facilityCode, keys).catch((error: unknown) => {
        // Each APM product has its own plan; without this one availability is still worth telling.
        if (!(error instanceof ProviderError) || error.code !== 'login_failed') throw error;
        areReturnsRefused = true;
        return new Map<string, Row[]>();
      });
      for (const [key, slice] of boxes) slices.set(key, { ...slice, emptyReturns: found.get(key) ?? [] });
    }
  }

  return async (batch: BatchRequest, ask: Ask): Promise<BatchAnswer> => {
    const callers = groupByKey(batch.numbers, normalizeNumber);
    const slices = await askFacilities(batch, [...callers.keys()], ask);
    if (batch.service === 'availability') await addReturns(slices, ask);
    const named = [...callers].flatMap(([key, numbers]) => {
      const slice = slices.get(key);
      return slice ? numbers.map((number) => [number, slice] as const) : [];
    });
    return { slices: new Map(named) };
  };
}

/** Asks one facility after the other until every box is found where its story has not ended. */
async function askFacilities(batch: BatchRequest, keys: string[], ask: Ask): Promise<Map<string, ApmSlice>> {
  const isEmpty = batch.service === 'empty';
  const slices = new Map<string, ApmSlice>();
  let left = keys;
  for (const facilityCode of listFacilities(batch.siteId)) {
    if (left.length === 0) break;
    const found = await ask(isEmpty ? 'empty-container-returns' : 'import-availability', facilityCode, left);
    for (const [key, own] of found) {
      const slice = isEmpty
        ? { facilityCode, availability: [], emptyReturns: own }
        : { facilityCode, availability: own, emptyReturns: [] };
      if (own.length > 0) slices.set(key, preferred(slices.get(key), slice));
    }
    left = left.filter((key) => !isSettled(slices.get(key), isEmpty));
  }
  return slices;
}

/** A box that left one facility may stand in another by now; an empty that is not back here may be back there. */
function isSettled(slice: ApmSlice | undefined, isEmpty: boolean): boolean {
  if (!slice) return false;
  if (isEmpty) return isBack(slice);
  return latestVisit(slice.availability)?.outAt == null;
}

function isBack({ emptyReturns }: ApmSlice): boolean {
  return emptyReturns.some((one) => readFlag(textOf(one, 'isContainerReturned')) === true);
}

function preferred(known: ApmSlice | undefined, other: ApmSlice): ApmSlice {
  if (!known) return other;
  if (isBack(other)) return other;
  const [before, after] = [known, other].map((slice) => latestVisit(slice.availability)?.atMs ?? 0);
  return (after ?? 0) > (before ?? 0) ? other : known;
}
