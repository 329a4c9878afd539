import { normalizeNumber } from '@envase/domain';
import { z } from 'zod';
import { asRow, memberOf, type Row, rowsOf, textOf } from '../kit/fields.ts';
import { createProviderHttp, type ProviderHttp } from '../kit/http.ts';
import {
  type BatchRequest,
  type ProviderConnection,
  ProviderError,
  type RealTimeClient,
} from '../provider.ts';
import { dcsaTntManifest } from './manifest.ts';

/** What is kept of a carrier's answer for one box: its events of all pages, as they came. */
export interface DcsaSlice {
  events: Row[];
}

const event = z.looseObject({ eventType: z.string().min(1) });
const events = z.union([z.array(event), event.transform((one) => [one])]);

// Some carriers answer 404 with the standard's error object where others answer an empty list.
const notFoundError = z.looseObject({ statusCode: z.union([z.literal(404), z.literal('404')]) });
const whenNotFound = { error: notFoundError, body: [] };

const mostPages = 20;

/** Connects to one carrier; its key goes into the header its portal names (`API-Key` unless given). */
export function connectDcsaTnt(connection: ProviderConnection): RealTimeClient {
  const { apiKey, headerName } = connection.credentials;
  const http = createProviderHttp({
    baseUrl: connection.baseUrl,
    timeoutMs: connection.timeoutMs ?? dcsaTntManifest.timeoutMs,
    spend: connection.spend,
    headers: { 'API-Version': '2', ...(apiKey && { [headerName || 'API-Key']: apiKey }) },
  });
  return {
    async trace(batch) {
      const slices = new Map<string, DcsaSlice>();
      for (const number of batch.numbers) {
        const own = await askEvents(http, normalizeNumber(number), batch.signal);
        if (own.length > 0) slices.set(number, { events: own });
      }
      return { slices };
    },
    close: http.close,
  };
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
    found.push(...page.body.filter((one) => isOwn(one, number)));
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

/** Whether an event is about this box: it names no other one. */
function isOwn(one: Row, number: string): boolean {
  const named = [
    textOf(one, 'equipmentReference'),
    ...rowsOf(memberOf(one, 'references'))
      .map(asRow)
      .filter((reference) => textOf(reference, 'referenceType') === 'EQ')
      .map((reference) => textOf(reference, 'referenceValue')),
  ].flatMap((name) => (name ? [normalizeNumber(name)] : []));
  return named.length === 0 || named.some((name) => isSameBox(name, number));
}

// Some carriers leave the check digit out.
function isSameBox(name: string, number: string): boolean {
  return name === number || (name.length === 10 && number.length === 11 && number.startsWith(name));
}
