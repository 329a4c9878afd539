import { createHmac } from 'node:crypto';
import { z } from 'zod';
import type { Row } from '../kit/fields.ts';
import { createProviderHttp } from '../kit/http.ts';
import { type ProviderConnection, ProviderError } from '../provider.ts';

/** A message that is ours until its lock runs out, unless it is completed before. */
export interface LockedMessage {
  body: Row;
  /** What completes it. */
  lock: string;
}

/** A queue, or a subscription of a topic, at Azure Service Bus (its public REST interface). */
export interface Queue {
  /** Locks the oldest message; null for none. */
  peek(signal: AbortSignal): Promise<LockedMessage | null>;
  /** A lock that ran out is no failure: the message comes again. */
  complete(lock: string, signal: AbortSignal): Promise<void>;
  close(): void;
}

const message = z.record(z.string(), z.unknown());
const properties = z.object({ LockToken: z.guid(), SequenceNumber: z.number().int().nonnegative() });
const signatureSeconds = 300;

/** Connects by a shared access signature made anew for each request. */
export function connectQueue(connection: ProviderConnection): Queue {
  const { queueUrl = '', queuePolicy, queueKey } = connection.credentials;
  const http = createProviderHttp({
    baseUrl: queueUrl,
    timeoutMs: connection.timeoutMs ?? 20_000,
    spend: connection.spend,
  });
  const login = () => {
    if (!queueUrl || !queuePolicy || !queueKey)
      throw new ProviderError('login_failed', 'The queue needs its address, a policy and a key');
    const authorization = signQueue(queueUrl, { policy: queuePolicy, key: queueKey, nowMs: Date.now() });
    return { authorization };
  };
  return {
    async peek(signal) {
      const { body, headers } = await http.ask<Row | null>({
        method: 'POST',
        path: '/messages/head',
        query: { timeout: '1' },
        headers: login(),
        schema: message,
        saidByStatus: { 204: null },
        signal,
      });
      return body && { body, lock: readLock(headers.brokerproperties) };
    },
    async complete(lock, signal) {
      await http.ask({
        method: 'DELETE',
        path: `/messages/${lock}`,
        headers: login(),
        schema: z.null(),
        saidByStatus: { 200: null, 204: null, 404: null, 410: null },
        signal,
      });
    },
    close: http.close,
  };
}

/** `Authorization` for a resource: the HMAC of its address and of when the signature ends, in epoch seconds. */
export function signQueue(url: string, by: { policy: string; key: string; nowMs: number }): string {
  const resource = encodeURIComponent(url.replace(/\/+$/, ''));
  const expiry = Math.floor(by.nowMs / 1_000) + signatureSeconds;
  const signature = createHmac('sha256', by.key).update(`${resource}\n${expiry}`).digest('base64');
  return `SharedAccessSignature sr=${resource}&sig=${encodeURIComponent(signature)}&se=${expiry}&skn=${by.policy}`;
}

/** `<sequence>/<lock token>`: not the `Location`, which would let an answer say where our signature goes. */
function readLock(header: string | string[] | undefined): string {
  const parsed = properties.safeParse(parseJson(String(header ?? '')));
  if (parsed.success) return `${parsed.data.SequenceNumber}/${parsed.data.LockToken}`;
  throw new ProviderError('provider_answer', 'The queue did not say how a message is locked');
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // Not JSON: no properties.
    return null;
  }
}
