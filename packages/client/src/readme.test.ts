import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { fileURLToPath } from 'node:url';
import { signDelivery } from '@envase/contracts';
import { waitFor } from '@envase/testing';
import { expect, it, onTestFinished } from 'vitest';
import { startPlatform } from '../test/platform.ts';

const readme = new URL('../README.md', import.meta.url);
const signingKey = 'a key';

const answers: Record<string, unknown> = {
  'POST /api/webhooks': { id: 'w1', hasSigningKey: true },
  'POST /api/events': {
    items: [{ id: 'CSQU3054383', outcome: 'tracking', traceId: 'h1', warnings: [] }],
  },
  'GET /api/events?type=CONTAINER': { data: [{ action: 'TRACE_REQUESTED' }], nextCursor: null },
  'GET /api/traces/h1': { id: 'h1', status: 'on_vessel' },
};

/** All code of the README as one program. */
function programOf(text: string): string {
  return [...text.matchAll(/^```ts\n([\s\S]*?)^```$/gm)].map(([, code]) => code).join('\n');
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  // A server that listens on a port has an address of that kind.
  const { port } = server.address() as { port: number };
  await new Promise((resolve) => server.close(resolve));
  return port;
}

function run(program: string, env: Record<string, string>): { output: () => string } {
  const cwd = fileURLToPath(new URL('..', import.meta.url));
  const child = spawn(process.execPath, ['--input-type=module-typescript', '-'], {
    cwd,
    env,
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  onTestFinished(() => void child.kill('SIGKILL'));
  let output = '';
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (chunk: Buffer) => {
      output += chunk.toString();
    });
  child.stdin.end(program);
  return { output: () => output };
}

it('runs the code of the README', async () => {
  const { peer, calls } = await startPlatform({
    api: ({ method, path }) => ({ json: answers[`${method} ${path}`] }),
  });
  const hookPort = await freePort();
  const tms = run(programOf(readFileSync(readme, 'utf8')), {
    CONNECT_DATA_URL: peer.url,
    IDENTITY_URL: peer.url,
    CLIENT_ID: 'tms',
    CLIENT_SECRET: 'a secret',
    ORG_ID: 'org-1',
    SVC_ID: 'svc-1',
    SIGNING_KEY: signingKey,
    HOOK_PORT: String(hookPort),
  });
  await waitFor(() => tms.output().includes("status: 'on_vessel'"), { what: tms.output });
  expect(calls().map(({ method, path }) => `${method} ${path}`)).toEqual(Object.keys(answers));
  expect(calls()[1]?.json).toMatchObject({ orgId: 'org-1', svcId: 'svc-1' });
  const hook = calls()[0]?.json;
  expect(hook).toMatchObject({ url: `http://127.0.0.1:${hookPort}/envase`, signingKey });
  const payload = { containerNumber: 'CSQU3054383', status: 'available' };
  const body = JSON.stringify({ id: 'e2', action: 'TRACE_RESULT', payload });
  const headers = signDelivery({ eventId: 'e2', body, at: Date.now(), keys: [signingKey] });
  const response = await fetch(`http://127.0.0.1:${hookPort}/envase`, { method: 'POST', headers, body });
  expect(response.status).toBe(204);
  await waitFor(() => tms.output().includes('TRACE_RESULT CSQU3054383 available'), { what: tms.output });
});
