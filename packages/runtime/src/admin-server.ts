import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { asError } from './errors.ts';
import { safeEqual } from './key-ring.ts';

const READY_LIMIT_MS = 5_000;

/** What `/health/ready` answers with 200 or 503; `detail` holds no secret. */
export interface Readiness {
  ok: boolean;
  checks: Record<string, { ok: boolean; detail?: string }>;
}

export interface AdminServerOptions {
  /** 0 takes any free port. */
  port: number;
  /** 127.0.0.1 unless given. */
  host?: string;
  /** Callers that are not on this machine must send it as a bearer token; without one they get 401 always. */
  token?: string;
  registry: { metrics(): Promise<string>; readonly contentType: string };
  live?: () => boolean;
  ready: () => Promise<Readiness>;
}

export interface AdminServer {
  port: number;
  close(): Promise<void>;
}

/** Serves `/health/live`, `/health/ready` and `/metrics` to loopback callers and to holders of the token (quality S8). */
export async function startAdminServer(options: AdminServerOptions): Promise<AdminServer> {
  const server = createServer((request, response) => {
    answer(options, request, response).catch((error: unknown) => {
      send(response, 500, { error: asError(error).name });
    });
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(options.port, options.host ?? '127.0.0.1', resolve);
  });
  // The cast: a listening TCP server has an address with a port.
  const { port } = server.address() as AddressInfo;
  return { port, close: () => close(server) };
}

async function answer(
  options: AdminServerOptions,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  if (!isAllowed(options, request)) return send(response, 401, { error: 'unauthorized' });
  if (request.method !== 'GET' && request.method !== 'HEAD')
    return send(response, 405, { error: 'method_not_allowed' });
  const path = request.url?.split('?')[0];
  if (path === '/health/live') {
    const ok = options.live?.() ?? true;
    return send(response, ok ? 200 : 503, { ok });
  }
  if (path === '/health/ready') {
    const readiness = await judgeReadiness(options.ready);
    return send(response, readiness.ok ? 200 : 503, readiness);
  }
  if (path !== '/metrics') return send(response, 404, { error: 'not_found' });
  response.writeHead(200, { 'content-type': options.registry.contentType });
  response.end(await options.registry.metrics());
}

function isAllowed(options: AdminServerOptions, request: IncomingMessage): boolean {
  if (isLoopback(request.socket.remoteAddress ?? '')) return true;
  const given = /^Bearer +(\S+)$/i.exec(request.headers.authorization ?? '')?.[1];
  return options.token !== undefined && given !== undefined && safeEqual(given, options.token);
}

/** True for 127.0.0.0/8, its IPv4-mapped form, and ::1. */
export function isLoopback(address: string): boolean {
  return address === '::1' || /^(::ffff:)?127\./i.test(address);
}

async function judgeReadiness(ready: () => Promise<Readiness>): Promise<Readiness> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<Readiness>((resolve) => {
    const detail = `no answer within ${READY_LIMIT_MS} ms`;
    timer = setTimeout(
      () => resolve({ ok: false, checks: { ready: { ok: false, detail } } }),
      READY_LIMIT_MS,
    );
  });
  try {
    return await Promise.race([ready(), late]);
  } catch (error) {
    return { ok: false, checks: { ready: { ok: false, detail: asError(error).name } } };
  } finally {
    clearTimeout(timer);
  }
}

function send(response: ServerResponse, status: number, body: object): void {
  response.writeHead(status, { 'content-type': 'application/json', 'cache-control': 'no-store' });
  response.end(JSON.stringify(body));
}

function close(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections();
  });
}
