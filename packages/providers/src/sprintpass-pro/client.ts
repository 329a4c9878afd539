import { normalizeNumber } from '@envase/domain';
import { createProviderHttp } from '../kit/http.ts';
import type {
  BatchRequest,
  Findings,
  PendingBatch,
  ProviderConnection,
  PublishRetrieveClient,
  Retrieved,
  Told,
} from '../provider.ts';
import { readCursor, writeCursor } from './cursor.ts';
import { readNotification } from './message.ts';
import { type Dialect, orderAnswer, ordersOf, readTaken } from './orders.ts';
import { connectQueue, type LockedMessage, type Queue } from './queue.ts';

/** Fewer than are read and completed in the half minute that a lock lasts. */
const mostMessages = 20;

/** Connects to the vendor's orders, in one of its two dialects, and to its queue. */
export function connectSprintpass(dialect: Dialect, connection: ProviderConnection): PublishRetrieveClient {
  const { apiKey } = connection.credentials;
  const queue = connectQueue(connection);
  const http = createProviderHttp({
    baseUrl: connection.baseUrl,
    timeoutMs: connection.timeoutMs ?? 20_000,
    spend: connection.spend,
    headers: { ...(apiKey && { 'X-API-Key': apiKey }) },
  });
  /** The numbers that the vendor traces from now on. Ordering what is ordered already changes nothing. */
  async function order({ signal, ...batch }: BatchRequest): Promise<string[]> {
    if (batch.numbers.length === 0) return [];
    const { body } = await http.ask({
      method: 'POST',
      path: dialect.path,
      json: ordersOf(dialect, batch),
      schema: orderAnswer,
      alsoAnswers: { 412: orderAnswer },
      signal,
    });
    const taken = readTaken(body);
    return batch.numbers.filter((number) => taken.has(normalizeNumber(number)));
  }
  return {
    async publish(batch) {
      const taken = await order(batch);
      return { references: new Map(taken.map((number) => [number, normalizeNumber(number)])) };
    },
    retrieve: ({ cursor, signal }) => retrieveMessages(queue, cursor, signal),
    // Where an order can be looked at is not public: it is placed again, which revives one that has stopped.
    async look({ items, ...pending }: PendingBatch): Promise<Findings> {
      const taken = new Set(await order({ ...pending, numbers: items.map(({ number }) => number) }));
      const findingOf = (number: string) =>
        taken.has(number) ? { state: 'waiting' as const } : { state: 'not_found' as const, isOver: true };
      return new Map(items.map(({ number, reference }) => [reference, findingOf(number)]));
    },
    close() {
      http.close();
      queue.close();
    },
  };
}

/**
 * Completes what was told before, since the cursor comes back only once that is stored, and locks what is next. A crash in
 * between lets the locks run out and the messages come again; what is told twice is known by its hash.
 */
async function retrieveMessages(
  queue: Queue,
  cursor: string | null,
  signal: AbortSignal,
): Promise<Retrieved> {
  for (const lock of readCursor(cursor)) await queue.complete(lock, signal);
  const messages = await lockMessages(queue, signal);
  const told: Told[] = messages.flatMap(({ body }) => readNotification(body) ?? []);
  return { told, cursor: writeCursor(messages.map(({ lock }) => lock)), isMore: messages.length > 0 };
}

/** A message that cannot be read does not hold back those before it: it is alone at the head of the next retrieval. */
async function lockMessages(queue: Queue, signal: AbortSignal): Promise<LockedMessage[]> {
  const messages: LockedMessage[] = [];
  try {
    while (messages.length < mostMessages) {
      const next = await queue.peek(signal);
      if (!next) break;
      messages.push(next);
    }
  } catch (error) {
    signal.throwIfAborted();
    if (messages.length === 0) throw error;
  }
  return messages;
}
