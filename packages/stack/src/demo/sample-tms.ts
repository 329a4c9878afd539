import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:http';
import { createClient, createReceiver, type EnvaseClient, type ReceivedEvent } from '@envase/client';

export interface TmsOptions {
  /** Where it is and who the TMS is there, as `stack.json` tells it. */
  platform: {
    urls: { connectData: string; identityManager: string };
    client: { id: string; secret: string; orgId: string; svcId: string };
  };
  /** Where it takes web-hooks, on 127.0.0.1; 0 takes any free port. */
  port: number;
  /** Whether what is told of one trace comes in its order (contract s6). */
  ordered?: boolean;
  onEvent: (event: ReceivedEvent) => void;
}

export interface SampleTms {
  envase: EnvaseClient;
  orgId: string;
  svcId: string;
  hookUrl: string;
  signingKey: string;
  /** Requests at its web-hook address, repeats too. */
  hookRequests(): number;
  stop(): Promise<void>;
}

/** What a TMS does to use Envase Trace, with nothing but its SDK: a receiver, a web-hook, and a client to publish with. */
export async function startSampleTms(options: TmsOptions): Promise<SampleTms> {
  const { platform, onEvent } = options;
  const { urls, client } = platform;
  const signingKey = randomUUID();
  const receive = createReceiver({ signingKeys: signingKey, onEvent });
  let requests = 0;
  const server = createServer((request, response) => {
    requests += 1;
    return receive(request, response);
  });
  server.listen(options.port, '127.0.0.1');
  await once(server, 'listening');
  // A server that listens on a port has an address of that kind.
  const { port } = server.address() as { port: number };
  const hookUrl = `http://127.0.0.1:${port}/envase`;
  const envase = createClient({
    connectDataUrl: urls.connectData,
    identityUrl: urls.identityManager,
    clientId: client.id,
    clientSecret: client.secret,
  });
  await envase.webhooks.register({
    url: hookUrl,
    entityType: 'CONTAINER',
    triggers: ['*'],
    signingKey,
    ordered: options.ordered ?? false,
    orgId: client.orgId,
    svcId: client.svcId,
  });
  return {
    envase,
    orgId: client.orgId,
    svcId: client.svcId,
    hookUrl,
    signingKey,
    hookRequests: () => requests,
    async stop() {
      const closed = once(server, 'close');
      server.close();
      server.closeAllConnections();
      await closed;
    },
  };
}
