import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';

export interface Balancer {
  port: number;
  close(): Promise<void>;
}

/** Leads each connection to the next of several ports on 127.0.0.1 that takes it, as any load balancer does. */
export async function startBalancer(ports: readonly number[]): Promise<Balancer> {
  const sockets = new Set<Socket>();
  let turn = 0;
  const server = createServer((inbound) => {
    sockets.add(inbound);
    inbound.on('close', () => sockets.delete(inbound));
    inbound.on('error', () => inbound.destroy());
    turn += 1;
    const order = ports.map((_, index) => ports[(turn + index) % ports.length] ?? 0);
    join(inbound, order);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo; // a listening TCP server has an address with a port
  return {
    port,
    async close() {
      const closed = once(server, 'close');
      server.close();
      for (const socket of sockets) socket.destroy();
      await closed;
    },
  };
}

function join(inbound: Socket, [port, ...others]: readonly number[]): void {
  if (port === undefined) {
    inbound.destroy();
    return;
  }
  const outbound = connect({ port, host: '127.0.0.1' });
  const tryNext = () => join(inbound, others);
  outbound.once('error', tryNext);
  outbound.once('connect', () => {
    outbound.off('error', tryNext);
    outbound.on('error', () => inbound.destroy());
    inbound.on('close', () => outbound.destroy());
    inbound.pipe(outbound).pipe(inbound);
  });
}
