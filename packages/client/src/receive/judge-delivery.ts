import type { IncomingMessage } from 'node:http';
import type { ReceivedEvent } from '../answers.ts';
import { warn } from '../warn.ts';
import { createOnce } from './once.ts';
import { readRawBody } from './raw-body.ts';
import { verifyDelivery } from './verify-delivery.ts';

export interface ReceiverOptions {
  /** Both keys while one is rotated. */
  signingKeys: string | readonly string[];
  /** Called once per event id; a rejection answers 500, so that the delivery is tried again. */
  onEvent: (event: ReceivedEvent) => void | Promise<void>;
  /** Told what `onEvent` threw; a process warning unless given. */
  onError?: ((error: unknown) => void) | undefined;
  /** How many event ids are remembered against duplicates, 10,000 unless given; duplicates come only after a crash. */
  rememberIds?: number | undefined;
  /** Largest body taken, in bytes; 1 MiB unless given. */
  maxBytes?: number | undefined;
  /** How old or young a signature may be, in milliseconds; 300,000 unless given. */
  toleranceMs?: number | undefined;
}

/** What a receiver says to one delivery. */
export interface ReceiverAnswer {
  status: number;
  headers: Record<string, string>;
  /** Empty with 204, else a `code` and a `message` for who looks at the attempts of the delivery. */
  body: string;
}

/** Judges one request; `kept` is where a framework keeps raw bytes. Null where the sender went away; never rejects. */
export type JudgeDelivery = (
  request: IncomingMessage,
  kept?: { rawBody?: unknown },
) => Promise<ReceiverAnswer | null>;

/**
 * The receiver without a server around it: verifies the exact bytes before it parses, drops duplicates, and says 204
 * only after `onEvent` resolved; 401 for a bad signature, 400, 405 and 413 for what is no delivery, 500 for its own faults.
 */
export function createJudge(options: ReceiverOptions): JudgeDelivery {
  const { signingKeys, toleranceMs, maxBytes = 1024 * 1024, onError = warn } = options;
  const handle = createOnce(options.onEvent, options.rememberIds ?? 10_000);
  const judge = async (request: IncomingMessage, kept?: { rawBody?: unknown }) => {
    if (request.method !== 'POST') return refuse(405, 'send deliveries by POST', { allow: 'POST' });
    const body = await readRawBody(request, { maxBytes, kept });
    // What was not read must not be taken for the next request.
    if (!body) return refuse(413, `a delivery has at most ${maxBytes} bytes`, { connection: 'close' });
    const verdict = verifyDelivery({ headers: request.headers, body, keys: signingKeys, toleranceMs });
    if (!verdict.ok) return refuse(401, verdict.reason);
    const event = parseEvent(body);
    if (!event) return refuse(400, 'the body is no event');
    await handle(event);
    return { status: 204, headers: {}, body: '' };
  };
  return async (request, kept) => {
    try {
      return await judge(request, kept);
    } catch (error) {
      if (request.errored) return null;
      onError(error);
      return refuse(500, 'the event could not be handled');
    }
  };
}

const codes: Record<number, string> = {
  400: 'invalid_request',
  401: 'unauthorized',
  405: 'method_not_allowed',
  413: 'payload_too_large',
  500: 'internal',
};

function refuse(status: number, message: string, headers: Record<string, string> = {}): ReceiverAnswer {
  const body = JSON.stringify({ code: codes[status], message });
  return { status, headers: { 'content-type': 'application/json', ...headers }, body };
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
