import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';

export interface FlakyProxy {
  /** Address of Redis as seen through the proxy. */
  url: string;
  /** Ends every connection and refuses new ones, as a killed server does. */
  cut(): Promise<void>;
  /** Listens again. */
  heal(): Promise<void>;
  /** Takes commands and never answers, as a stopped server does. */
  hang(): void;
  close(): Promise<void>;
}

/** Stands between a client and Redis, so that a test can take Redis away without harming other tests. */
export async function startFlakyProxy(redisUrl: string): Promise<FlakyProxy> {
  const target = new URL(redisUrl);
  const sockets = new Set<Socket>();
  let isHanging = false;
  let server = await listen(0);
  const { port } = server.address() as AddressInfo; // a TCP server's address is never a path

  async function listen(on: number): Promise<Server> {
    const next = createServer((client) => {
      const upstream = connect(Number(target.port), target.hostname);
      for (const socket of [client, upstream]) {
        sockets.add(socket);
        socket.on('error', () => socket.destroy());
        socket.on('close', () => {
          sockets.delete(socket);
          client.destroy();
          upstream.destroy();
        });
      }
      upstream.on('data', (data) => {
        if (!isHanging) client.write(data);
      });
      client.on('data', (data) => upstream.write(data));
    }).listen(on, '127.0.0.1');
    await once(next, 'listening');
    return next;
  }

  async function cut(): Promise<void> {
    if (!server.listening) return;
    const closed = once(server, 'close');
    server.close();
    for (const socket of sockets) socket.destroy();
    await closed;
  }

  return {
    url: `redis://127.0.0.1:${port}${target.pathname}`,
    cut,
    async heal() {
      isHanging = false;
      if (!server.listening) server = await listen(port);
    },
    hang() {
      isHanging = true;
    },
    close: cut,
  };
}
