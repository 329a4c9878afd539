import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders, type IncomingMessage, type ServerResponse } from 'node:http';
import { setTimeout as delay } from 'node:timers/promises';

/** A request exactly as it came. */
export interface RecordedRequest {
  method: string;
  /** Path with query. */
  path: string;
  headers: IncomingHttpHeaders;
  rawBody: Buffer;
  /** The body as JSON; undefined where it is none. */
  json: unknown;
  /** When it was complete, in milliseconds. */
  at: number;
}

/** A status; a whole answer, `delayMs` late; `hang`: never, until the server closes; `drop`: the connection is cut. */
export type Answer = number | FullAnswer | 'hang' | 'drop';

export interface FullAnswer {
  /** Default: 200. */
  status?: number;
  headers?: Record<string, string>;
  /** Sent as it is. */
  body?: string | Uint8Array;
  /** Sent as JSON where there is no `body`. */
  json?: unknown;
  delayMs?: number;
}

export interface RecordingServer {
  /** `http://127.0.0.1:<port>`, no slash at its end. */
  url: string;
  port: number;
  /** In order of arrival. */
  requests: readonly RecordedRequest[];
  /** Cuts what is open, hanging requests too. Throws what the deciding function threw, if it did. */
  close(): Promise<void>;
}

/** A real HTTP server on a free port of 127.0.0.1 that records before it answers. */
export async function startRecordingServer(
  decide: (request: RecordedRequest) => Answer | Promise<Answer>,
): Promise<RecordingServer> {
  const requests: RecordedRequest[] = [];
  const faults: unknown[] = [];
  const server = createServer((incoming, response) => {
    respond({ incoming, response, requests, decide, faults }).catch(() => response.destroy()); // the client left
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('a TCP server has a TCP address');
  return {
    url: `http://127.0.0.1:${address.port}`,
    port: address.port,
    requests,
    close: async () => {
      const closed = once(server, 'close');
      server.close();
      server.closeAllConnections();
      await closed;
      if (faults.length > 0) throw faults[0];
    },
  };
}

interface Exchange {
  incoming: IncomingMessage;
  response: ServerResponse;
  requests: RecordedRequest[];
  decide: (request: RecordedRequest) => Answer | Promise<Answer>;
  faults: unknown[];
}

async function respond({ incoming, response, requests, decide, faults }: Exchange): Promise<void> {
  const request = await record(incoming);
  requests.push(request);
  const answer = await decideOrDrop(request, { decide, faults });
  if (answer === 'hang') return;
  if (answer === 'drop') incoming.socket.destroy();
  else await send(response, typeof answer === 'number' ? { status: answer } : answer);
}

async function decideOrDrop(
  request: RecordedRequest,
  { decide, faults }: Pick<Exchange, 'decide' | 'faults'>,
): Promise<Answer> {
  try {
    return await decide(request);
  } catch (error) {
    faults.push(error);
    return 'drop';
  }
}

async function record(incoming: IncomingMessage): Promise<RecordedRequest> {
  const chunks: Buffer[] = [];
  for await (const chunk of incoming) chunks.push(chunk as Buffer); // no encoding is set
  const rawBody = Buffer.concat(chunks);
  return {
    method: incoming.method ?? '',
    path: incoming.url ?? '',
    headers: incoming.headers,
    rawBody,
    json: parseJson(rawBody),
    at: Date.now(),
  };
}

function parseJson(rawBody: Buffer): unknown {
  try {
    return JSON.parse(rawBody.toString('utf8'));
  } catch {
    return undefined;
  }
}

async function send(response: ServerResponse, answer: FullAnswer): Promise<void> {
  if (answer.delayMs !== undefined) await delay(answer.delayMs);
  if (response.destroyed) return;
  const isJson = answer.body === undefined && answer.json !== undefined;
  response.writeHead(answer.status ?? 200, {
    ...(isJson ? { 'content-type': 'application/json' } : {}),
    ...answer.headers,
  });
  response.end(isJson ? JSON.stringify(answer.json) : answer.body);
}
