import { normalizeNumber } from '@envase/domain';
import { z } from 'zod';
import { asRow, memberOf, type Row, rowOf, textOf } from '../kit/fields.ts';
import { createProviderHttp, type ProviderHttp } from '../kit/http.ts';
import type {
  Finding,
  Findings,
  OrderAnswer,
  PendingBatch,
  ProviderConnection,
  PublishRetrieveClient,
  Retrieved,
  Told,
} from '../provider.ts';
import { readCursor, writeCursor } from './cursor.ts';

/** What is kept of an update for one box: its payload, as it came, and when it was made. */
export interface VizionSlice {
  createdAt: string | null;
  payload: Row;
}

const row = z.record(z.string(), z.unknown());
// A list comes bare or within `data`; both are met.
const rows = z.union([z.array(row), z.object({ data: z.array(row) }).transform(({ data }) => data)]);
const reference = z.looseObject({ id: z.string().min(1) });
const made = z.union([reference, z.object({ reference }).transform((envelope) => envelope.reference)]);
const refused = z.object({ message: z.string() });
const gone = { error: refused, body: null };
// The reverse of usual, but a failed login both ways.
const codes = { 401: 'login_failed', 403: 'login_failed' } as const;

const pageSize = 100;
/** What the vendor says of a number that it cannot know, and of one that it does not know yet. */
const impossible = new Set(['invalid_container']);
const missing = new Set(['no_data', 'auto_carrier_not_found']);

/** Connects with one API key. */
export function connectVizion(connection: ProviderConnection): PublishRetrieveClient {
  const { apiKey } = connection.credentials;
  const http = createProviderHttp({
    baseUrl: connection.baseUrl,
    timeoutMs: connection.timeoutMs ?? 20_000,
    spend: connection.spend,
    headers: { ...(apiKey && { 'X-API-Key': apiKey }) },
  });
  return {
    async publish({ numbers, signal }): Promise<OrderAnswer> {
      const references = new Map<string, string>();
      for (const number of numbers) {
        const id = await createReference(http, normalizeNumber(number), signal);
        if (id !== null) references.set(number, id);
      }
      return { references };
    },
    retrieve: ({ cursor, signal }) => retrievePage(http, cursor, signal),
    async look({ items, signal }: PendingBatch): Promise<Findings> {
      const findings: Findings = new Map();
      for (const { reference: id } of items) findings.set(id, await lookAt(http, id, signal));
      return findings;
    },
    close: http.close,
  };
}

/** Null where the vendor takes the number for none. */
async function createReference(
  http: ProviderHttp,
  number: string,
  signal: AbortSignal,
): Promise<string | null> {
  type Answer = z.output<typeof made> | z.output<typeof refused>;
  const { body } = await http.ask<Answer>({
    method: 'POST',
    path: '/references',
    json: { container_id: number },
    schema: made,
    alsoAnswers: { 422: refused },
    codes,
    signal,
  });
  return 'id' in body && typeof body.id === 'string' ? body.id : null;
}

async function lookAt(http: ProviderHttp, id: string, signal: AbortSignal): Promise<Finding> {
  const path = `/references/${encodeURIComponent(id)}`;
  const { body } = await http.ask<Row | null>({ path, schema: row, whenNotFound: gone, codes, signal });
  if (body === null) return { state: 'void' };
  const status = statusOf(asReference(body));
  if (impossible.has(status)) return { state: 'not_found', isOver: true };
  if (missing.has(status)) return { state: 'not_found', isOver: false };
  const slice = await newestUpdate(http, id, signal);
  return slice ? { state: 'found', slice } : { state: 'waiting' };
}

/** A reference comes bare or within an envelope. */
function asReference(body: Row): Row {
  return memberOf(body, 'reference') === undefined ? body : rowOf(body, 'reference');
}

function statusOf(one: Row): string {
  return textOf(one, 'last_update_status') ?? '';
}

/** One page of references, and the newest update of those that changed since the cursor. */
async function retrievePage(
  http: ProviderHttp,
  cursor: string | null,
  signal: AbortSignal,
): Promise<Retrieved> {
  const { since, page, newest } = readCursor(cursor);
  const query = { page: String(page), per_page: String(pageSize) };
  const { body } = await http.ask<Row[]>({ path: '/references', query, schema: rows, codes, signal });
  const told: Told[] = [];
  let latest = newest;
  for (const one of body) {
    const changedAt = changeOf(one);
    if (changedAt !== null && since !== null && changedAt < since) continue;
    const word = await tellOf(http, one, signal);
    if (word) told.push(word);
    if (changedAt !== null && (latest === null || changedAt > latest)) latest = changedAt;
  }
  const isMore = body.length >= pageSize;
  const next = isMore
    ? { since, page: page + 1, newest: latest }
    : { since: latest ?? since, page: 1, newest: null };
  return { told, cursor: writeCursor(next), isMore };
}

// Which member says when a reference changed is inferred; one that says nothing is always read.
function changeOf(one: Row): string | null {
  const text = textOf(one, 'last_update_attempted_at') ?? textOf(one, 'updated_at');
  const at = text === null ? Number.NaN : Date.parse(text);
  return Number.isNaN(at) ? null : new Date(at).toISOString();
}

async function tellOf(http: ProviderHttp, one: Row, signal: AbortSignal): Promise<Told | null> {
  const number = textOf(one, 'container_id');
  const id = textOf(one, 'id');
  if (number === null || id === null) return null;
  const status = statusOf(one);
  if (impossible.has(status) || missing.has(status)) return { number, slice: undefined };
  if (status !== 'data_received') return null;
  const slice = await newestUpdate(http, id, signal);
  return slice && { number, slice };
}

/** The newest update that holds data, whatever the order they come in. */
async function newestUpdate(
  http: ProviderHttp,
  id: string,
  signal: AbortSignal,
): Promise<VizionSlice | null> {
  const path = `/references/${encodeURIComponent(id)}/updates`;
  const { body } = await http.ask<Row[]>({ path, schema: rows, codes, signal });
  const slices = body.flatMap((update): VizionSlice[] => {
    const payload = rowOf(update, 'payload');
    if (textOf(payload, 'container_id') === null) return [];
    return [{ createdAt: textOf(update, 'created_at'), payload: asRow(payload) }];
  });
  return slices.toSorted((a, b) => (b.createdAt ?? '').localeCompare(a.createdAt ?? ''))[0] ?? null;
}
