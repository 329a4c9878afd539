import type { IncomingMessage, ServerResponse } from 'node:http';
import { signatureHeaders, verifySignature } from '@envase/contracts';

/** An event as it was delivered; `id` is the same for every retry and replay. */
export interface ReceivedEvent {
  id: string;
  orgId: string;
  svcId: string;
  type: string;
  action: string;
  isTest: boolean;
  createdAt: string;
  sequence: number | null;
  traceId: string | null;
  payload: Record<string, unknown>;
}

export interface ReceiverOptions {
  /** Both keys while one is rotated. */
  signingKeys: string | readonly string[];
  /** Called once per event id; a rejection answers 500, so that the delivery is tried again. */
  onEvent: (event: ReceivedEvent) => void | Promise<void>;
  /** How many event ids are remembered against duplicates; duplicates come only after a crash. */
  rememberIds?: number;
  /** Largest body taken, in bytes. */
  maxBytes?: number;
}

export type Receive = (request: IncomingMessage, response: ServerResponse) => Promise<void>;

/**
 * A `node:http` request handler for web-hooks: verifies the signature over the exact bytes before it parses, drops
 * duplicates, answers 204 only after `onEvent` resolved; 401 for a bad signature, 413 and 400 for bad bodies.
 */
export function createReceiver(options: ReceiverOptions): Receive {
  const { onEvent, rememberIds = 10_000, maxBytes = 1024 * 1024 } = options;
  const keys = typeof options.signingKeys === 'string' ? [options.signingKeys] : options.signingKeys;
  const seen = createSeen(rememberIds);
  return async (request, response) => {
    const answer = (status: number) => response.writeHead(status).end();
    const body = await readBody(request, maxBytes);
    if (!body) return void answer(413);
    if (!isSigned(request, body, keys)) return void answer(401);
    const event = parseEvent(body);
    if (!event) return void answer(400);
    if (!seen.has(event.id)) {
      try {
        await onEvent(event);
      } catch (error) {
        answer(500);
        throw error;
      }
      seen.add(event.id);
    }
    answer(204);
  };
}

async function readBody(request: IncomingMessage, maxBytes: number): Promise<Buffer | null> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > maxBytes) return null;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

function isSigned(request: IncomingMessage, body: Buffer, keys: readonly string[]): boolean {
  const sent = [request.headers[signatureHeaders.envase], request.headers[signatureHeaders.envasePrevious]];
  return sent.some(
    (header) => typeof header === 'string' && keys.some((key) => verifySignature({ header, body, key })),
  );
}

function parseEvent(body: Buffer): ReceivedEvent | null {
  try {
    const event = JSON.parse(body.toString('utf8')) as ReceivedEvent; // signed by the platform, contract s4
    return typeof event?.id === 'string' ? event : null;
  } catch (error) {
    if (error instanceof SyntaxError) return null;
    throw error;
  }
}

function createSeen(limit: number) {
  const ids = new Set<string>();
  return {
    has: (id: string) => ids.has(id),
    add(id: string) {
      ids.add(id);
      const [oldest] = ids;
      if (ids.size > limit && oldest !== undefined) ids.delete(oldest);
    },
  };
}
