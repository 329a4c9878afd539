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
  /** Told what `onEvent` threw; a process warning unless given. */
  onError?: (error: unknown) => void;
  /** How many event ids are remembered against duplicates, 10,000 unless given; duplicates come only after a crash. */
  rememberIds?: number;
  /** Largest body taken, in bytes; 1 MiB unless given. */
  maxBytes?: number;
}

export type Receive = (request: IncomingMessage, response: ServerResponse) => Promise<void>;

/**
 * A `node:http` request handler for web-hooks: verifies the signature over the exact bytes before it parses, drops
 * duplicates, answers 204 only after `onEvent` resolved; 401 for a bad signature, 413 and 400 for bad bodies. Never rejects.
 */
export function createReceiver(options: ReceiverOptions): Receive {
  const { maxBytes = 1024 * 1024, onError = warn } = options;
  const keys = typeof options.signingKeys === 'string' ? [options.signingKeys] : options.signingKeys;
  const handle = createOnce(options);
  return async (request, response) => {
    try {
      const status = await receive(request, { keys, maxBytes, handle });
      // What was not read must not be taken for the next request.
      response.writeHead(status, status === 413 ? { connection: 'close' } : {}).end();
    } catch (error) {
      if (request.errored) return; // The sender went away: nobody waits for an answer.
      response.writeHead(500).end();
      onError(error);
    }
  };
}

interface Receiving {
  keys: readonly string[];
  maxBytes: number;
  handle: (event: ReceivedEvent) => Promise<void>;
}

async function receive(request: IncomingMessage, { keys, maxBytes, handle }: Receiving): Promise<number> {
  const body = await readBody(request, maxBytes);
  if (!body) return 413;
  if (!isSigned(request, body, keys)) return 401;
  const event = parseEvent(body);
  if (!event) return 400;
  await handle(event);
  return 204;
}

/** Runs `onEvent` once per id: one that is running is awaited, one that ended well is not run again. */
function createOnce({
  onEvent,
  rememberIds = 10_000,
}: ReceiverOptions): (event: ReceivedEvent) => Promise<void> {
  const handled = new Map<string, Promise<void>>();
  return (event) => {
    const known = handled.get(event.id);
    if (known) return known;
    const running = (async () => onEvent(event))();
    handled.set(event.id, running);
    running.catch(() => handled.delete(event.id));
    const [oldest] = handled.keys();
    if (handled.size > rememberIds && oldest !== undefined) handled.delete(oldest);
    return running;
  };
}

async function readBody(request: IncomingMessage, maxBytes: number): Promise<Buffer | null> {
  const chunks: Buffer[] = [];
  let size = 0;
  // The connection must outlive a body that is not read to its end, or the answer would not arrive.
  for await (const chunk of request.iterator({ destroyOnReturn: false })) {
    const bytes = chunk as Buffer; // no encoding is set on the request
    size += bytes.length;
    if (size > maxBytes) return null;
    chunks.push(bytes);
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
    const event = JSON.parse(body.toString('utf8')) as ReceivedEvent | null; // signed by the platform, contract s4
    return typeof event?.id === 'string' ? event : null;
  } catch (error) {
    if (error instanceof SyntaxError) return null;
    throw error;
  }
}

function warn(error: unknown): void {
  process.emitWarning(error instanceof Error ? error : String(error));
}
