import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { App } from './app.ts';

export interface HttpServer {
  port: number;
  /** Stops accepting, lets requests at work finish, hangs up on the rest after `graceMs` (25 s). */
  stop(): Promise<void>;
}

const LIMITS = {
  headersTimeout: 10_000,
  requestTimeout: 30_000,
  // Longer than usual load balancers keep theirs (60 s), so that they close first.
  keepAliveTimeout: 65_000,
  connectionsCheckingInterval: 5_000,
};

/** Listens; port 0 takes any free one. Slow senders are cut off after 30 s. */
export async function startServer(options: {
  app: App;
  port: number;
  host?: string | undefined;
  graceMs?: number;
}): Promise<HttpServer> {
  const { app, port, host, graceMs = 25_000 } = options;
  const server = createServer(LIMITS, app.listener);
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, resolve);
  });
  // The cast: a listening TCP server has an address with a port.
  const address = server.address() as AddressInfo;
  return {
    port: address.port,
    async stop() {
      app.drain();
      await closeServer(server, graceMs);
    },
  };
}

async function closeServer(server: Server, graceMs: number): Promise<void> {
  const limit = setTimeout(() => server.closeAllConnections(), graceMs);
  // Node closes idle connections once; some become idle later.
  const sweep = setInterval(() => server.closeIdleConnections(), 100);
  await new Promise<void>((resolve) => {
    server.close(() => resolve());
  });
  clearTimeout(limit);
  clearInterval(sweep);
}
