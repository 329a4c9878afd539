import { normalizeNumber } from '@envase/domain';
import { z } from 'zod';
import type { Row } from '../kit/fields.ts';
import { createProviderHttp, type ProviderHttp } from '../kit/http.ts';
import {
  type BatchRequest,
  type ProviderConnection,
  ProviderError,
  type RealTimeClient,
} from '../provider.ts';
import { dcsaTntManifest } from './manifest.ts';
import { isAbout } from './named-boxes.ts';

/** What is kept of a carrier's answer for one box: its events of all pages, as they came. */
export interface DcsaSlice {
  events: Row[];
}

const event = z.looseObject({ eventType: z.string().min(1) });
/** Events as they come: a bare list, or one alone. */
export const events = z.union([z.array(event), event.transform((one) => [one])]);

// Some carriers answer 404 with the standard's error object where others answer an empty list.
export const notFoundError = z.looseObject({ statusCode: z.union([z.literal(404), z.literal('404')]) });
const whenNotFound = { error: notFoundError, body: [] };

const mostPages = 20;

/** HTTP to one carrier; its key goes into the header its portal names (`API-Key` unless given). */
export function createDcsaHttp(connection: ProviderConnection): ProviderHttp {
  const { apiKey, headerName } = connection.credentials;
  return createProviderHttp({
    baseUrl: connection.baseUrl,
    timeoutMs: connection.timeoutMs ?? dcsaTntManifest.timeoutMs,
    spend: connection.spend,
    headers: { 'API-Version': '2', ...(apiKey && { [headerName || 'API-Key']: apiKey }) },
  });
}

/** Connects to one carrier that is polled. */
export function connectDcsaTnt(connection: ProviderConnection): RealTimeClient {
  const http = createDcsaHttp(connection);
  return {
    async trace(batch) {
      const slices = new Map<string, DcsaSlice>();
      for (const number of batch.numbers) {
        const slice = await askSlice(http, number, batch.signal);
        if (slice) slices.set(number, slice);
      }
      return { slices };
    },
    close: http.close,
  };
}

/** All that the carrier says of a box; null where it knows none. */
export async function askSlice(
  http: ProviderHttp,
  number: string,
  signal: AbortSignal,
): Promise<DcsaSlice | null> {
  const own = await askEvents(http, normalizeNumber(number), signal);
  return own.length > 0 ? { events: own } : null;
}

async function askEvents(http: ProviderHttp, number: string, signal: BatchRequest['signal']): Promise<Row[]> {
  const found: Row[] = [];
  const asked = new Set<string>();
  let query: URLSearchParams | null = new URLSearchParams({ equipmentReference: number, limit: '100' });
  while (query) {
    if (asked.has(query.toString()) || asked.size === mostPages) {
      throw new ProviderError(
        'provider_answer',
        `The pages of GET /v2/events do not end after ${asked.size}`,
      );
    }
    asked.add(query.toString());
    const page = await http.ask({ path: '/v2/events', query, schema: events, signal, whenNotFound });
    found.push(...page.body.filter((one) => isAbout(one, number)));
    query = readNextPage(page.headers['next-page'], query);
  }
  return found;
}

/**
 * The parameters of the next page. Only they are taken from the header, as a link or a bare cursor: the key goes to the
 * configured address and nowhere else.
 */
function readNextPage(header: string | string[] | undefined, query: URLSearchParams): URLSearchParams | null {
  const text = (Array.isArray(header) ? header[0] : header)?.trim();
  if (!text) return null;
  const link = text.replace(/^<([^>]*)>.*$/, '$1');
  const next = new URLSearchParams(query);
  const given = link.includes('?') ? new URLSearchParams(link.slice(link.indexOf('?') + 1)) : null;
  if (!given && /[/:]/.test(link)) return null;
  for (const [name, value] of given ?? [['cursor', link]]) next.set(name, value);
  return next;
}
