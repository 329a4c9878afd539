import { normalizeNumber } from '@envase/domain';
import { z } from 'zod';
import type { ProviderHttp } from '../kit/http.ts';
import type {
  Finding,
  Findings,
  OrderAnswer,
  PendingBatch,
  ProviderConnection,
  PublishNotifyClient,
} from '../provider.ts';
import { askSlice, createDcsaHttp, notFoundError } from './client.ts';
import { callbackOf } from './hooks.ts';

const made = z.looseObject({ subscriptionID: z.string().min(1) });
/** The body of a renewal says nothing. */
const renewed = z.unknown().transform(() => true);

interface Callback {
  url: string;
  /** Base64, as Connect Data has it among its `HOOK_SECRETS`. */
  secret: string;
}

/** Connects to one carrier that calls us. Throws for a login that names no secret to sign with, or no address. */
export function connectDcsaTntSubscribed(connection: ProviderConnection): PublishNotifyClient {
  const { callbackUrl: url = '', callbackSecret: secret = '' } = connection.credentials;
  if (!URL.canParse(url) || Buffer.from(secret, 'base64').length === 0) {
    throw new Error('dcsa_tnt is subscribed to with a callbackUrl and a callbackSecret in base64');
  }
  const http = createDcsaHttp(connection);
  return {
    async subscribe({ numbers, signal }): Promise<OrderAnswer> {
      const references = new Map<string, string>();
      for (const number of numbers) {
        references.set(number, await subscribe(http, { number, callback: { url, secret }, signal }));
      }
      return { references };
    },
    async look({ items, signal }: PendingBatch): Promise<Findings> {
      const findings: Findings = new Map();
      for (const { number, reference } of items) {
        const isOver = !(await renew(http, { reference, secret, signal }));
        findings.set(reference, await look(http, { number, isOver, signal }));
      }
      return findings;
    },
    async read(number, signal) {
      const slice = await askSlice(http, number, signal);
      return slice && { number, slice };
    },
    close: http.close,
  };
}

/** A second subscription of a box is harmless: what is told twice is read twice and is the same. */
async function subscribe(
  http: ProviderHttp,
  { number, callback, signal }: { number: string; callback: Callback; signal: AbortSignal },
): Promise<string> {
  const equipmentReference = normalizeNumber(number);
  const { body } = await http.ask({
    method: 'POST',
    path: '/v2/event-subscriptions',
    json: {
      callbackUrl: callbackOf(callback.url, equipmentReference),
      secret: callback.secret,
      equipmentReference,
    },
    schema: made,
    signal,
  });
  return body.subscriptionID;
}

/** Whether a subscription still stands. Its secret is given anew: ours may have changed, and the carrier never shows its own. */
async function renew(
  http: ProviderHttp,
  { reference, secret, signal }: { reference: string; secret: string; signal: AbortSignal },
): Promise<boolean> {
  const { body } = await http.ask({
    method: 'PUT',
    path: `/v2/event-subscriptions/${encodeURIComponent(reference)}/secret`,
    json: { secret },
    schema: renewed,
    saidByStatus: { 204: true },
    whenNotFound: { error: notFoundError, body: false },
    signal,
  });
  return body;
}

async function look(
  http: ProviderHttp,
  { number, isOver, signal }: { number: string; isOver: boolean; signal: AbortSignal },
): Promise<Finding> {
  const slice = await askSlice(http, number, signal);
  return slice ? { state: 'found', slice, isOver } : { state: 'not_found', isOver };
}
