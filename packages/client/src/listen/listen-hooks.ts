import type { ReceivedEvent } from '../answers.ts';
import type { EnvaseClient } from '../client.ts';
import { consumeDeliveries } from '../pull/consume-deliveries.ts';
import type { CursorStore } from '../pull/cursor-store.ts';
import { type ForwardOptions, forwardEvent } from './forward.ts';

export interface ListenOptions extends ForwardOptions {
  client: EnvaseClient;
  /** An own web-hook whose deliveries are forwarded; without it, one is registered for as long as this runs. */
  webhookId?: string | undefined;
  entityType: string;
  triggers: readonly string[];
  isTest: boolean;
  /** Takes one line at a time. */
  print: (line: string) => void;
  signal: AbortSignal;
}

/**
 * Forwards deliveries to a receiver on this machine by pull while one develops, and prints what came and what was said.
 * What came before it began is left out. A receiver that is not there is waited for; any answer counts. Resolves when the
 * signal is aborted.
 */
export async function listenHooks(options: ListenOptions): Promise<void> {
  const { client, print, signal, to } = options;
  const hook = await findHook(options);
  try {
    const cursor = await startAtEnd(client, hook.id, signal);
    const subject = `${hook.entityType}: ${hook.triggers.join(', ')}`;
    print(`forwarding what web-hook ${hook.id} hears (${subject}) to ${to}; Ctrl-C ends it`);
    await consumeDeliveries({
      client,
      webhookId: hook.id,
      cursor,
      signal,
      onEvent: (event) => forwardAndTell(event, options),
      onError: (error) => print(`  ${describeFault(error)}; trying again`),
    });
  } finally {
    if (hook.isOwn) await client.webhooks.remove(hook.id);
  }
}

interface Hook {
  id: string;
  entityType: string;
  triggers: string[];
  /** Registered by this run, and removed at its end. */
  isOwn: boolean;
}

/** The hook that was named; else one with the same subject that is pulled already; else a new one. */
async function findHook(options: ListenOptions): Promise<Hook> {
  const { client, webhookId, signal, entityType, triggers, isTest } = options;
  if (webhookId !== undefined) {
    return { ...(await client.webhooks.get(webhookId, { signal })), isOwn: false };
  }
  const known = new Set<string>();
  for await (const { id } of client.webhooks.list({ limit: 200 }, { signal })) known.add(id);
  const registered = await client.webhooks.register(
    { entityType, triggers, isTest, delivery: 'pull', description: 'envase-trace hooks listen' },
    { signal },
  );
  return { ...registered, isOwn: !known.has(registered.id) };
}

/** A cursor in memory that begins after all that is there already. */
async function startAtEnd(client: EnvaseClient, webhook: string, signal: AbortSignal): Promise<CursorStore> {
  let last: string | null = null;
  for (;;) {
    const page = await client.deliveries.pull({ webhook, after: last ?? undefined, limit: 200, signal });
    last = page.nextCursor ?? page.data.at(-1)?.cursor ?? last;
    if (page.nextCursor === null) break;
  }
  return {
    load: async () => last,
    async save(cursor) {
      last = cursor;
    },
  };
}

async function forwardAndTell(event: ReceivedEvent, options: ListenOptions): Promise<void> {
  options.print(describeEvent(event));
  const { status, durationMs, answer } = await forwardEvent(event, options);
  options.print(`  ${status} in ${durationMs} ms${answer === '' ? '' : `: ${answer}`}`);
}

/** E.g. `CONTAINER TRACE_RESULT CSQU3054383 available`. */
function describeEvent({ type, action, payload, id }: ReceivedEvent): string {
  const { containerNumber, bookingNumber, status, reason, code } = payload;
  const words = [containerNumber ?? bookingNumber, status ?? reason ?? code].filter(isText);
  return [type, action, ...words, `(${id})`].join(' ');
}

function isText(value: unknown): value is string {
  return typeof value === 'string';
}

/** fetch hides what happened in its cause. */
function describeFault(error: unknown): string {
  const { message, cause } = error instanceof Error ? error : new Error(String(error));
  return cause instanceof Error && cause.message !== '' ? `${message} (${cause.message})` : message;
}
