import { Writable } from 'node:stream';
import { createLogger } from '@envase/runtime';
import { type AppOptions, createApp } from '../src/app.ts';
import { createRouter, type Route, type RouterOptions } from '../src/router.ts';
import { startServer } from '../src/server.ts';

export interface Served extends AsyncDisposable {
  url: string;
  port: number;
  logs: Record<string, unknown>[];
  inFlight(): number;
  stop(): Promise<void>;
}

/** Serves routes on a free port and keeps what is logged. */
export async function serve(
  routes: readonly Route[],
  options: RouterOptions & Partial<Omit<AppOptions, 'routers' | 'logger'>> = {},
): Promise<Served> {
  const { logger, logs } = createTestLogger();
  const app = createApp({ ...options, logger, routers: [createRouter(routes, options)] });
  const server = await startServer({ app, port: 0, host: '127.0.0.1', graceMs: 2_000 });
  return {
    url: `http://127.0.0.1:${server.port}`,
    port: server.port,
    logs,
    inFlight: app.inFlight,
    stop: server.stop,
    [Symbol.asyncDispose]: server.stop,
  };
}

export function createTestLogger() {
  const logs: Record<string, unknown>[] = [];
  const destination = new Writable({
    write(chunk: Buffer, _encoding, done) {
      logs.push(JSON.parse(chunk.toString('utf8')));
      done();
    },
  });
  return { logger: createLogger({ program: 'test', level: 'debug', destination }), logs };
}

/** The parsed answer to a JSON request. */
export async function send(
  url: string,
  options: { method?: string; body?: unknown; headers?: Record<string, string> } = {},
) {
  const { method = 'GET', body, headers = {} } = options;
  const answer = await fetch(url, {
    method,
    headers: { ...(body === undefined ? {} : { 'content-type': 'application/json' }), ...headers },
    ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
  });
  const text = await answer.text();
  // The cast: tests look into whatever came back.
  const parsed = (text.startsWith('{') ? JSON.parse(text) : null) as Record<string, unknown> | null;
  return { status: answer.status, headers: answer.headers, text, body: parsed };
}
