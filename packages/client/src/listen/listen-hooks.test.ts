import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:http';
import { fileURLToPath } from 'node:url';
import { type HttpPeer, startReceiver, waitFor } from '@envase/testing';
import { Webhook } from 'standardwebhooks';
import { expect, it, onTestFinished } from 'vitest';
import { type Answers, startPlatform } from '../../test/platform.ts';
import { createPullPeer, type PullPeer } from '../../test/pull-peer.ts';
import { startServer } from '../../test/start-server.ts';

const main = fileURLToPath(new URL('../main.ts', import.meta.url));
const pulled = { id: 'w1', entityType: '*', triggers: ['*'], delivery: 'pull' };

/** Connect Data with a pull web-hook; `hooks` are those that are there already. */
function answersOf(owed: PullPeer, hooks: object[] = []): Answers {
  return (request, index) => {
    const name = `${request.method} ${request.path.split('?')[0]}`;
    if (name === 'GET /api/deliveries') return owed.answer(request, index);
    if (name === 'GET /api/webhooks') return { json: { data: hooks, nextCursor: null } };
    return request.method === 'DELETE' ? 204 : { json: pulled };
  };
}

/** The command as a developer runs it. */
function listen(platform: HttpPeer, args: string[], env: Record<string, string> = {}) {
  const child = spawn(process.execPath, [main, 'hooks', 'listen', ...args], {
    env: {
      CONNECT_DATA_URL: platform.url,
      IDENTITY_URL: platform.url,
      CLIENT_ID: 'tms',
      CLIENT_SECRET: 'a secret',
      ...env,
    },
  });
  onTestFinished(() => void child.kill('SIGKILL'));
  let output = '';
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (chunk: Buffer) => {
      output += chunk.toString();
    });
  const exited = once(child, 'exit').then(([code]) => code);
  return {
    prints: (text: string | RegExp) =>
      waitFor(() => (typeof text === 'string' ? output.includes(text) : text.test(output)), {
        what: () => `${String(text)} in ${output}`,
        timeoutMs: 20_000,
      }),
    output: () => output,
    exited,
    stop: () => child.kill('SIGINT'),
  };
}

it('forwards what comes from now on, signed, tells what the receiver said, and leaves no web-hook behind', async () => {
  const owed = createPullPeer();
  owed.add('before');
  const { peer, calls } = await startPlatform({ api: answersOf(owed) });
  const receiver = await startReceiver((_request, index) =>
    index === 0 ? { status: 500, body: 'no such order\nat line 3' } : 204,
  );
  onTestFinished(() => receiver.close());
  const command = listen(peer, ['--forward', `${receiver.url}/hook`], { SIGNING_KEY: 'a key' });
  await command.prints(`forwarding what web-hook w1 hears (*: *) to ${receiver.url}/hook`);
  owed.add('e1', 'e2');
  await command.prints(/CONTAINER TRACE_RESULT CSQU3054383 \(e1\)\n {2}500 in \d+ ms: no such order\n/);
  await command.prints(/\(e2\)\n {2}204 in \d+ ms\n/);
  const [first, second] = receiver.requests;
  expect([first?.json, second?.json]).toMatchObject([{ id: 'e1' }, { id: 'e2' }]);
  const webhook = new Webhook(Buffer.from('a key').toString('base64'));
  // The headers of a request that was received are text here.
  const verified = webhook.verify(first?.rawBody ?? '', first?.headers as Record<string, string>);
  expect(verified).toMatchObject({ id: 'e1' });
  command.stop();
  expect(await command.exited).toBe(0);
  const registered = calls().find(({ method }) => method === 'POST')?.json;
  expect(registered).toMatchObject({ entityType: '*', triggers: ['*'], delivery: 'pull', isTest: false });
  const asked = calls().map(({ method, path }) => `${method} ${path}`);
  expect(asked.at(-1)).toBe('DELETE /api/webhooks/w1');
  expect(command.output()).not.toContain('before');
});

it('waits for a receiver that is not there yet', async () => {
  const owed = createPullPeer();
  const { peer } = await startPlatform({ api: answersOf(owed) });
  const gone = createServer();
  const port = await startServer(gone);
  await new Promise((resolve) => gone.close(resolve));
  const command = listen(peer, ['--forward', `http://127.0.0.1:${port}`]);
  await command.prints('forwarding');
  owed.add('e1');
  await command.prints(/fetch failed \(.*ECONNREFUSED.*\); trying again/);
  const server = createServer((_request, response) => response.writeHead(202).end());
  server.listen(port, '127.0.0.1');
  onTestFinished(() => new Promise((resolve) => void server.close(() => resolve())));
  await command.prints(/202 in \d+ ms/);
});

it('forwards the deliveries of a web-hook that is there, and leaves it there', async () => {
  const owed = createPullPeer();
  const { peer, calls } = await startPlatform({ api: answersOf(owed, [pulled]) });
  const named = listen(peer, ['--forward', 'http://127.0.0.1:9', '--webhook', 'w1']);
  await named.prints('forwarding');
  named.stop();
  expect(await named.exited).toBe(0);
  const found = listen(peer, ['--forward', 'http://127.0.0.1:9']);
  await found.prints('forwarding');
  found.stop();
  expect(await found.exited).toBe(0);
  expect(calls().map(({ method }) => method)).not.toContain('DELETE');
});

it('ends with what was refused, in one line', async () => {
  const { peer } = await startPlatform({
    token: () => ({ status: 401, json: { error: 'invalid_client', error_description: 'who are you' } }),
  });
  const command = listen(peer, ['--forward', 'http://127.0.0.1:9']);
  expect(await command.exited).toBe(1);
  expect(command.output()).toBe('invalid_client: who are you\n');
});

it('helps', async () => {
  const { peer } = await startPlatform();
  const command = listen(peer, ['--help']);
  expect(await command.exited).toBe(0);
  expect(command.output()).toContain('envase-trace hooks listen --forward <url> [options]');
});
