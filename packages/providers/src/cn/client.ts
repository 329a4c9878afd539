import { z } from 'zod';
import { groupByKey, railKey, splitForRail } from '../kit/box-numbers.ts';
import type { Row } from '../kit/fields.ts';
import { createProviderHttp, type ProviderHttp } from '../kit/http.ts';
import { createTokenSource } from '../kit/token.ts';
import {
  type BatchAnswer,
  type BatchRequest,
  type ProviderConnection,
  ProviderError,
  type RealTimeClient,
} from '../provider.ts';
import { cnManifest } from './manifest.ts';

/** What is kept of CN's answer for one box: its shipments as they came, but for the echo of the inquiry. */
export interface CnSlice {
  equipment: Row[];
}

const equipment = z.looseObject({ EquipmentId: z.string().min(1) });
const tracking = z.looseObject({
  // A list of one can come as its only element: the service's names are those of an XML schema.
  ThirdPartyIntermodalShipment: z.looseObject({
    Equipment: z.union([z.array(equipment), equipment.transform((one) => [one])]),
  }),
});
const tokenAnswer = z.looseObject({
  access_token: z.string().min(1),
  expires_in: z.coerce.number().nonnegative().catch(3_599),
});

/** Connects to CN with a key and its secret. */
export function connectCn(connection: ProviderConnection): RealTimeClient {
  const { apiKey, apiSecret } = connection.credentials;
  const http = createProviderHttp({
    baseUrl: connection.baseUrl,
    timeoutMs: connection.timeoutMs ?? cnManifest.timeoutMs,
    spend: connection.spend,
  });
  const authorization = createTokenSource(() => fetchToken(http, apiKey ?? '', apiSecret ?? ''));
  return {
    async trace(batch) {
      if (!apiKey || !apiSecret) throw new ProviderError('login_failed', 'CN needs a key and its secret');
      return traceBatch(batch, async (ids) => {
        const { body } = await http.ask({
          path: '/customers/v1/shipments/tracking',
          query: { equipmentIds: ids.join(',') },
          schema: tracking,
          signal: batch.signal,
          authorization,
        });
        return body.ThirdPartyIntermodalShipment.Equipment;
      });
    },
    close: http.close,
  };
}

async function fetchToken(http: ProviderHttp, key: string, secret: string) {
  const { body } = await http.ask({
    method: 'POST',
    path: '/v1/oauth/jwt-token/accesstokenJWT',
    query: { grant_type: 'client_credentials' },
    headers: {
      'x-apikey': key,
      authorization: `Basic ${Buffer.from(`${key}:${secret}`).toString('base64')}`,
    },
    schema: tokenAnswer,
    metered: false,
    // OAuth servers refuse a client with 400 as well (RFC 6749 s5.2).
    codes: { 400: 'login_failed' },
  });
  return { token: body.access_token, livesMs: body.expires_in * 1_000 };
}

/** One request; a box that the answer leaves out is not found. */
async function traceBatch(
  { numbers }: BatchRequest,
  ask: (ids: string[]) => Promise<Row[]>,
): Promise<BatchAnswer> {
  const callers = groupByKey(numbers, keyOf);
  if (callers.size === 0) return { slices: new Map() };
  const own = new Map<string, Row[]>([...callers.keys()].map((key) => [key, []]));
  for (const row of await ask([...callers.keys()].map(toId))) {
    // The echo names what was asked, which may be more than this box.
    const { InquiryValue: _echo, EquipmentId: id, ...members } = row;
    own.get(keyOf(String(id)) ?? '')?.push({ EquipmentId: id, ...members });
  }
  const slices = [...callers].flatMap(([key, named]) => {
    const slice: CnSlice = { equipment: own.get(key) ?? [] };
    return slice.equipment.length > 0 ? named.map((number) => [number, slice] as const) : [];
  });
  return { slices: new Map(slices) };
}

function keyOf(number: string): string | null {
  const unit = splitForRail(number);
  return unit && railKey(unit);
}

/** Four letters and six digits: the check digit is no part of it. */
function toId(key: string): string {
  const [initial = '', number = ''] = key.split(' ');
  return `${initial}${number.padStart(6, '0')}`;
}
