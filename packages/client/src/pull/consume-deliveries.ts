import type { Page } from '@envase/contracts';
import type { PulledDelivery, ReceivedEvent } from '../answers.ts';
import { EnvaseError } from '../errors.ts';
import type { PullRequest } from '../routes/deliveries.ts';
import { jitteredWait, sleepUnlessAborted } from '../waiting.ts';
import { warn } from '../warn.ts';
import type { CursorStore } from './cursor-store.ts';

export interface ConsumeOptions {
  /** A client, or as much of one as is used. */
  client: { deliveries: { pull(request: PullRequest): Promise<Page<PulledDelivery>> } };
  webhookId: string;
  cursor: CursorStore;
  /** Called one by one, in order; after a crash the last one comes again (same `event.id`). */
  onEvent: (event: ReceivedEvent) => void | Promise<void>;
  /** Told what `onEvent`, the store or the connection failed with, before it is tried again; a process warning unless given. */
  onError?: ((error: unknown) => void) | undefined;
  /** Ends the loop; without it the loop runs as long as the process. */
  signal?: AbortSignal | undefined;
  /** How long one request waits for something new, 1 to 30; 25 unless given. */
  waitSeconds?: number | undefined;
  /** Most deliveries that one request brings. */
  limit?: number | undefined;
}

const backoff = { baseMs: 500, capMs: 60_000 };

/**
 * Takes what a web-hook is owed by pulling, for receivers behind a firewall (contract s6): at least once and in order.
 * The cursor moves only after `onEvent` resolved; what fails is tried again until it succeeds. Resolves when the signal
 * is aborted, what is being handled to its end; throws EnvaseError where pulling is refused (`cursor_expired`).
 */
export async function consumeDeliveries(options: ConsumeOptions): Promise<void> {
  const { cursor, signal } = options;
  try {
    let after = await patiently(() => cursor.load(), options);
    for (;;) {
      const { data, nextCursor } = await pullPage(after, options);
      for (const delivery of data) {
        signal?.throwIfAborted();
        await patiently(async () => options.onEvent(delivery.event), options);
        await patiently(() => cursor.save(delivery.cursor), options);
        after = delivery.cursor;
      }
      // Further than the last one where what followed is no longer kept.
      after = nextCursor ?? after;
    }
  } catch (error) {
    if (!signal?.aborted || error !== signal.reason) throw error;
  }
}

/** What comes after a cursor, once the long poll has ended; an empty answer that was too quick is not asked for at once again. */
async function pullPage(after: string | null, options: ConsumeOptions): Promise<Page<PulledDelivery>> {
  const { client, webhookId: webhook, signal, waitSeconds = 25, limit } = options;
  const startedAt = performance.now();
  const pull = () =>
    client.deliveries.pull({ webhook, after: after ?? undefined, waitSeconds, limit, signal });
  const page = await patiently(pull, { ...options, isFinal: isRefused });
  const isQuick = performance.now() - startedAt < 1000;
  const isEnd = page.data.length === 0 && page.nextCursor === null;
  if (isEnd && isQuick) await sleepUnlessAborted(1000 * Math.random(), signal);
  return page;
}

function isRefused(error: unknown): boolean {
  return error instanceof EnvaseError && !error.isPassing;
}

interface Patience extends Pick<ConsumeOptions, 'onError' | 'signal'> {
  /** What no other try can help; nothing is unless given. */
  isFinal?: (error: unknown) => boolean;
}

/** Tries until it succeeds; throws what is final, and the signal's reason. */
async function patiently<T>(work: () => Promise<T>, patience: Patience): Promise<T> {
  const { onError = warn, signal, isFinal = () => false } = patience;
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await work();
    } catch (error) {
      signal?.throwIfAborted();
      if (isFinal(error)) throw error;
      onError(error);
      await sleepUnlessAborted(jitteredWait(attempt, backoff), signal);
    }
  }
}
