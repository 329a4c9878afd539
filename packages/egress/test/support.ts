import { once } from 'node:events';
import { createServer as createHttpServer, type RequestListener } from 'node:http';
import {
  type AddressInfo,
  connect,
  createServer as createTcpServer,
  type Server,
  type Socket,
} from 'node:net';
import type { Dial } from '../src/index.ts';

/** An address of the public internet that these tests never really connect to. */
export const PUBLIC_ADDRESS = '93.184.215.14';

export interface TestServer {
  port: number;
  /** Connections accepted so far. */
  connections(): number;
  /** Bytes received so far. */
  bytes(): number;
  close(): Promise<void>;
}

export function startHttp(listener: RequestListener): Promise<TestServer> {
  return listen(createHttpServer(listener));
}

export function startTcp(onSocket: (socket: Socket) => void): Promise<TestServer> {
  return listen(createTcpServer(onSocket));
}

/** Lets a server listen on a free port of this machine and counts what reaches it. */
export async function listen(server: Server): Promise<TestServer> {
  const sockets = new Set<Socket>();
  let count = 0;
  let received = 0;
  server.on('connection', (socket: Socket) => {
    count += 1;
    sockets.add(socket);
    socket.on('error', () => socket.destroy());
    socket.on('close', () => {
      received += socket.bytesRead;
      sockets.delete(socket);
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    // The cast: a listening TCP server has an address with a port.
    port: (server.address() as AddressInfo).port,
    connections: () => count,
    bytes: () => [...sockets].reduce((sum, socket) => sum + socket.bytesRead, received),
    async close() {
      const closed = new Promise((resolve) => server.close(resolve));
      for (const socket of sockets) socket.destroy();
      await closed;
    },
  };
}

/** Connects to a local port whatever the addresses are, and lets the socket claim the first of them; `dialled` records them. */
export function dialTo(port: number): { dial: Dial; dialled: string[][] } {
  const dialled: string[][] = [];
  return {
    dialled,
    dial: ({ addresses }) => {
      dialled.push([...addresses]);
      const socket = connect(port, '127.0.0.1');
      Object.defineProperty(socket, 'remoteAddress', { value: addresses[0], configurable: true });
      return socket;
    },
  };
}

/** A dial that must not be reached. */
export const dialNowhere: Dial = ({ addresses }) => {
  throw new Error(`A connection to ${addresses.join()} was attempted`);
};
