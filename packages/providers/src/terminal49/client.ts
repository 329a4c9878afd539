import { normalizeNumber } from '@envase/domain';
import { z } from 'zod';
import { memberOf, textOf } from '../kit/fields.ts';
import { createProviderHttp, type ProviderHttp } from '../kit/http.ts';
import type {
  Finding,
  Findings,
  OrderAnswer,
  PendingBatch,
  ProviderConnection,
  PublishNotifyClient,
  Told,
} from '../provider.ts';
import { terminal49Manifest } from './manifest.ts';
import { attributesOf, type Document, document, findIncluded, list, relatedIds, sliceOf } from './wire.ts';

const refused = z.object({ errors: z.array(z.looseObject({})).min(1) });
type Refused = z.output<typeof refused>;
const gone = { error: refused, body: null };

/** Reasons that say something of the box; all others say that the order came to nothing. */
const unknownBox = new Set([
  'not_found',
  'invalid_number',
  'expired',
  'retries_exhausted',
  'data_unavailable',
]);

/** Connects with the key of one account; both ways of working share the client. */
export function connectTerminal49(connection: ProviderConnection): PublishNotifyClient {
  const { apiKey } = connection.credentials;
  const http = createProviderHttp({
    baseUrl: connection.baseUrl,
    timeoutMs: connection.timeoutMs ?? terminal49Manifest.timeoutMs,
    spend: connection.spend,
    headers: { accept: 'application/vnd.api+json', ...(apiKey && { authorization: `Token ${apiKey}` }) },
  });
  return {
    async subscribe({ numbers, signal }): Promise<OrderAnswer> {
      const references = new Map<string, string>();
      for (const number of numbers) {
        const reference = await placeOrder(http, normalizeNumber(number), signal);
        if (reference !== null) references.set(number, reference);
      }
      return { references };
    },
    look: (pending) => lookAll(http, pending),
    read: (id, signal) => readContainer(http, id, signal),
    close: http.close,
  };
}

/** The id of the tracking request of a box, made now or before; null where the number is refused. */
async function placeOrder(http: ProviderHttp, number: string, signal: AbortSignal): Promise<string | null> {
  const attributes = { request_type: 'container', request_number: number, auto_detect_vocc_scac: true };
  const { body } = await http.ask<Document | Refused>({
    method: 'POST',
    path: '/tracking_requests',
    headers: { 'content-type': 'application/vnd.api+json' },
    json: { data: { type: 'tracking_request', attributes } },
    schema: document,
    alsoAnswers: { 422: refused },
    signal,
  });
  if ('errors' in body) return isDuplicate(body) ? findOrder(http, number, signal) : null;
  const made = attributesOf(body.data);
  if (textOf(made, 'failed_reason') !== 'duplicate') return body.data.id;
  return (await findOrder(http, number, signal)) ?? body.data.id;
}

// The member that names the fault is not documented: code and title are looked at.
function isDuplicate({ errors: all }: Refused): boolean {
  return all.some((one) => /duplicate|already/i.test(`${textOf(one, 'code')} ${textOf(one, 'title')}`));
}

/** The first order of a box that did not fail as a duplicate of another. */
async function findOrder(http: ProviderHttp, number: string, signal: AbortSignal): Promise<string | null> {
  const query = { 'filter[request_number]': number, 'page[size]': '25' };
  const { body } = await http.ask({ path: '/tracking_requests', query, schema: list, signal });
  const own = body.data.filter((one) => textOf(attributesOf(one), 'request_number') === number);
  const working = own.filter((one) => textOf(attributesOf(one), 'status') !== 'failed');
  return working[0]?.id ?? null;
}

async function lookAll(http: ProviderHttp, { items, signal }: PendingBatch): Promise<Findings> {
  const findings: Findings = new Map();
  for (const { number, reference } of items) {
    findings.set(reference, await look(http, { number: normalizeNumber(number), reference, signal }));
  }
  return findings;
}

interface Look {
  number: string;
  reference: string;
  signal: AbortSignal;
}

async function look(http: ProviderHttp, { number, reference, signal }: Look): Promise<Finding> {
  const { body } = await http.ask<Document | null>({
    path: `/tracking_requests/${encodeURIComponent(reference)}`,
    schema: document,
    whenNotFound: gone,
    signal,
  });
  if (body === null) return { state: 'void' };
  const attributes = attributesOf(body.data);
  const status = textOf(attributes, 'status');
  if (status === 'failed') return readFailure(attributes);
  const [shipmentId] = relatedIds(body.data, 'tracked_object');
  if (shipmentId === undefined) return { state: status === 'tracking_stopped' ? 'void' : 'waiting' };
  const shipment = await http.ask<Document | null>({
    path: `/shipments/${encodeURIComponent(shipmentId)}`,
    query: { include: 'containers' },
    schema: document,
    whenNotFound: gone,
    signal,
  });
  return shipment.body === null ? { state: 'void' } : findBox(shipment.body, number);
}

function readFailure(attributes: Record<string, unknown>): Finding {
  if (memberOf(attributes, 'is_retrying') === true) return { state: 'waiting' };
  const isUnknown = unknownBox.has(textOf(attributes, 'failed_reason') ?? '');
  return isUnknown ? { state: 'not_found', isOver: true } : { state: 'void' };
}

// A shipment has the boxes of a whole bill: only ours is kept.
function findBox(answer: Document, number: string): Finding {
  const container = findIncluded(answer, 'container').find(
    (one) => normalizeNumber(textOf(attributesOf(one), 'number') ?? '') === number,
  );
  if (!container) return { state: 'waiting' };
  return { state: 'found', slice: sliceOf(container, [answer.data]) };
}

async function readContainer(http: ProviderHttp, id: string, signal: AbortSignal): Promise<Told | null> {
  const { body } = await http.ask<Document | null>({
    path: `/containers/${encodeURIComponent(id)}`,
    query: { include: 'shipment' },
    schema: document,
    whenNotFound: gone,
    signal,
  });
  const number = body && textOf(attributesOf(body.data), 'number');
  return body && number ? { number, slice: sliceOf(body.data, body.included ?? []) } : null;
}
