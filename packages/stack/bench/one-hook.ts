import { once } from 'node:events';
import { createServer } from 'node:http';
import { createClient } from '@envase/client';
import type { StackFile } from '../src/launch/stack-file.ts';
import { tokenOf } from '../test/http.ts';

/** A TMS of a bench: its event of 1 KB, and one hook that is told of everything. */
export function gateEvent({ client: { orgId, svcId } }: Pick<StackFile, 'client'>) {
  return { orgId, svcId, type: 'GATE', action: 'PASSED', payload: { note: 'x'.repeat(600) } };
}

/** Answers every web-hook at once, and tells its path and id. */
export async function openReceiver(onHook: (path: string, id: string) => void) {
  const receiver = createServer((request, response) => {
    onHook(request.url ?? '', String(request.headers['webhook-id']));
    request.resume().once('end', () => response.end());
  });
  receiver.listen(0, '127.0.0.1');
  await once(receiver, 'listening');
  // A server that listens on a port has an address of that kind.
  const { port } = receiver.address() as { port: number };
  return {
    url: `http://127.0.0.1:${port}`,
    close() {
      receiver.close();
      receiver.closeAllConnections();
    },
  };
}

/** One hook for everything; resolves with a token of its owner. */
export async function registerHook(file: StackFile, url: string): Promise<string> {
  const { client, urls } = file;
  const { orgId, svcId } = client;
  const envase = createClient({
    connectDataUrl: urls.connectData,
    identityUrl: urls.identityManager,
    clientId: client.id,
    clientSecret: client.secret,
  });
  const hook = { url, entityType: '*', triggers: ['*'], signingKey: crypto.randomUUID() };
  await envase.webhooks.register({ ...hook, orgId, svcId });
  return tokenOf(file, client);
}
