import { createServer, type Server, type Socket } from 'node:net';

/**
 * One port for two protocols: a caller that begins with `SSH-` speaks SFTP, any other HTTP. Closing the server ends all its
 * connections.
 */
export function createFront(by: { http: (socket: Socket) => void; ssh: (socket: Socket) => void }): {
  server: Server;
  endAll(): void;
} {
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    // Whoever leaves before the first word was never answered; the protocols listen for themselves afterwards.
    socket.on('error', () => socket.destroy());
    socket.on('close', () => sockets.delete(socket));
    socket.once('readable', () => {
      const first: Buffer | null = socket.read();
      if (first === null) return;
      socket.unshift(first);
      (first.subarray(0, 4).toString('latin1') === 'SSH-' ? by.ssh : by.http)(socket);
    });
  });
  return {
    server,
    endAll() {
      for (const socket of sockets) socket.destroy();
    },
  };
}
