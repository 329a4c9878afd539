import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import { describe, expect, it } from 'vitest';
import { createGuardedConnector, dialTcp } from './connector.ts';

async function startServer() {
  const server = createServer((socket) => socket.end());
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  // The cast: a listening TCP server has an address with a port.
  return { server, port: (server.address() as AddressInfo).port };
}

describe('dialTcp', () => {
  it.each([[['127.0.0.1']], [['127.0.0.2', '127.0.0.1']], [['127.0.0.1', '::1']]])(
    'goes to the addresses %j and never asks for the name',
    async (addresses) => {
      const { server, port } = await startServer();
      const socket = dialTcp({ hostname: 'tms.customer.test', port, addresses });
      await once(socket, 'connect');
      expect(socket.remoteAddress).toBe('127.0.0.1');
      socket.destroy();
      server.close();
    },
  );

  it('fails when none of the addresses answers', async () => {
    const { server, port } = await startServer();
    await new Promise((resolve) => server.close(resolve));
    const socket = dialTcp({ hostname: 'tms.customer.test', port, addresses: ['127.0.0.1', '127.0.0.1'] });
    const [error] = await once(socket, 'error').catch((thrown: unknown) => [thrown]);
    expect(error).toMatchObject({ code: 'ECONNREFUSED' });
  });
});

describe('the guarded connector', () => {
  it.each(['127.0.0.1', '10.0.0.1', '169.254.169.254', '::1', '::ffff:127.0.0.1', '64:ff9b::a00:1'])(
    'refuses the literal address %s by itself, though no judge of URLs stood before it',
    async (hostname) => {
      const connect = createGuardedConnector({
        policy: { allowHttp: true },
        lookup: async (name) => [name],
        dial: ({ addresses }) => {
          throw new Error(`A connection to ${addresses.join()} was attempted`);
        },
        connectMs: 1_000,
      });
      const error = await new Promise((resolve) =>
        connect({ hostname, protocol: 'http:', port: '80' }, (...[failure]) => resolve(failure)),
      );
      expect(error).toMatchObject({ kind: 'blocked', message: 'The address of the receiver is not public' });
    },
  );
});
