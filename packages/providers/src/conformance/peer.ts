import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { AddressInfo } from 'node:net';

export interface PeerRequest {
  method: string;
  path: string;
  query: URLSearchParams;
  headers: IncomingMessage['headers'];
  body: string;
  /** The client's port: the same for requests over one kept connection. */
  connection: number;
}

/** What the peer does with a request. `hang` says nothing at all; `cutAfter` ends the connection after so many bytes. */
export interface PeerReply {
  status?: number;
  headers?: Record<string, string>;
  /** Text and bytes as they stand; anything else as JSON. */
  body?: unknown;
  hang?: true;
  cutAfter?: number;
}

export interface Peer {
  baseUrl: string;
  /** Everything asked so far, oldest first. */
  requests: PeerRequest[];
  close(): Promise<void>;
}

export interface PeerTls {
  certificate: string;
  key: string;
  /** Client certificates of this authority are asked for and required. */
  clientAuthority?: string;
}

/** A real HTTP server on a free loopback port that answers as `handle` says. */
export async function startPeer(
  handle: (request: PeerRequest) => PeerReply | Promise<PeerReply>,
  tls?: PeerTls,
): Promise<Peer> {
  const requests: PeerRequest[] = [];
  const listener = (message: IncomingMessage, response: ServerResponse): void => {
    serve(message, response, async (request) => {
      requests.push(request);
      return handle(request);
    }).catch((error: unknown) => response.destroy(error instanceof Error ? error : undefined));
  };
  const server = tls ? createTlsServer(tlsOptions(tls), listener) : createServer(listener);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  // A server that listens on TCP has an address of this kind.
  const { port } = server.address() as AddressInfo;
  return {
    baseUrl: `${tls ? 'https' : 'http'}://127.0.0.1:${port}`,
    requests,
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

function tlsOptions({ certificate, key, clientAuthority }: PeerTls) {
  const required = clientAuthority && { ca: clientAuthority, requestCert: true, rejectUnauthorized: true };
  return { cert: certificate, key, ...required };
}

async function serve(
  message: IncomingMessage,
  response: ServerResponse,
  handle: (request: PeerRequest) => Promise<PeerReply>,
): Promise<void> {
  const chunks: Buffer[] = [];
  for await (const chunk of message) chunks.push(Buffer.from(chunk));
  const url = new URL(message.url ?? '/', 'http://peer');
  const reply = await handle({
    method: message.method ?? '',
    path: url.pathname,
    query: url.searchParams,
    headers: message.headers,
    body: Buffer.concat(chunks).toString(),
    connection: message.socket.remotePort ?? 0,
  });
  if (!reply.hang) send(response, reply);
}

function send(response: ServerResponse, { status = 200, headers, body, cutAfter }: PeerReply): void {
  const isRaw = typeof body === 'string' || Buffer.isBuffer(body);
  const bytes = Buffer.from(isRaw ? body : body === undefined ? '' : JSON.stringify(body));
  const type = isRaw ? {} : { 'content-type': 'application/json' };
  response.writeHead(status, { ...type, 'content-length': bytes.byteLength, ...headers });
  if (cutAfter === undefined) {
    response.end(bytes);
    return;
  }
  response.write(bytes.subarray(0, cutAfter), () => response.destroy());
}
