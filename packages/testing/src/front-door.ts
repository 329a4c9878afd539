import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';

export interface Target {
  host: string;
  port: number;
}

export interface FrontDoor {
  /** On 127.0.0.1, the same for as long as it lives. */
  port: number;
  /** Where new connections lead from now on. */
  openTo(target: Target): void;
  /** Drops every connection, what is under way included, and each new one until it is opened again. */
  cut(): void;
  close(): Promise<void>;
}

/** A TCP proxy with a port that stays: whoever stands behind it may be replaced, or be gone at any byte. */
export async function startFrontDoor(first?: Target): Promise<FrontDoor> {
  let target = first;
  const sockets = new Set<Socket>();
  const server = createServer({ noDelay: true }, (inbound) => {
    if (target === undefined) {
      inbound.destroy();
      return;
    }
    join(inbound, connect({ ...target, noDelay: true }), sockets);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo; // a listening TCP server has an address with a port
  const cut = () => {
    target = undefined;
    for (const socket of sockets) socket.destroy();
  };
  return {
    port,
    openTo(next) {
      target = next;
    },
    cut,
    async close() {
      cut();
      const closed = once(server, 'close');
      server.close();
      await closed;
    },
  };
}

function join(inbound: Socket, outbound: Socket, sockets: Set<Socket>): void {
  for (const [one, other] of [
    [inbound, outbound],
    [outbound, inbound],
  ] as const) {
    sockets.add(one);
    one.on('error', () => other.destroy());
    one.on('close', () => {
      sockets.delete(one);
      other.destroy();
    });
    one.pipe(other);
  }
}
