import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { signDelivery } from '@envase/contracts';
import { waitFor } from '@envase/testing';
import { expect, it, onTestFinished } from 'vitest';
import { startPlatform } from '../test/platform.ts';
import { readmeProgram } from '../test/readme-program.ts';

const signingKey = 'a key';

const delivery = { id: 'd1', cursor: 'c1', event: { id: 'e9', type: 'CONTAINER', action: 'TRACE_RESULT' } };
const answers: Record<string, unknown> = {
  'POST /api/webhooks': { id: 'w1', hasSigningKey: true },
  'POST /api/events': {
    items: [{ id: 'CSQU3054383', outcome: 'tracking', traceId: 'h1', warnings: [] }],
  },
  'GET /api/events?type=CONTAINER': { data: [{ action: 'TRACE_REQUESTED' }], nextCursor: null },
  'GET /api/traces/h1': { id: 'h1', status: 'on_vessel' },
  'GET /api/traces/h1/explain': { next: { at: '2026-11-25T00:00:00Z', rule: 'near_arrival' } },
  'GET /api/deliveries?webhook=w1&wait=25': { data: [delivery], nextCursor: null },
};

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
  const dir = await mkdtemp(join(tmpdir(), 'envase-readme-'));
  onTestFinished(() => rm(dir, { recursive: true }));
  const { peer, calls } = await startPlatform({
    api: ({ method, path }) => ({ json: answers[`${method} ${path}`] }),
  });
  const hookPort = await freePort();
  const tms = run(readmeProgram(), {
    CONNECT_DATA_URL: peer.url,
    IDENTITY_URL: peer.url,
    CLIENT_ID: 'tms',
    CLIENT_SECRET: 'a secret',
    ORG_ID: 'org-1',
    SVC_ID: 'svc-1',
    SIGNING_KEY: signingKey,
    HOOK_PORT: String(hookPort),
    CURSOR_FILE: join(dir, 'cursor'),
  });
  await waitFor(() => tms.output().includes('pulled e9'), { what: tms.output, timeoutMs: 20_000 });
  expect(tms.output()).toContain('on_vessel 2026-11-25T00:00:00Z near_arrival');
  const asked = calls().map(({ method, path }) => `${method} ${path}`);
  expect(asked.toSorted()).toEqual(['POST /api/webhooks', ...Object.keys(answers)].toSorted());
  const [hook, order] = calls().map(({ json }) => json);
  expect(hook).toMatchObject({ url: `http://127.0.0.1:${hookPort}/envase`, signingKey });
  expect(order).toMatchObject({ orgId: 'org-1', svcId: 'svc-1' });
  await waitFor(() => readFile(join(dir, 'cursor'), 'utf8'), { what: 'the cursor in its file' });
  const payload = { containerNumber: 'CSQU3054383', status: 'available' };
  const body = JSON.stringify({ id: 'e2', type: 'CONTAINER', action: 'TRACE_RESULT', payload });
  const headers = signDelivery({ eventId: 'e2', body, at: Date.now(), keys: [signingKey] });
  const response = await fetch(`http://127.0.0.1:${hookPort}/envase`, { method: 'POST', headers, body });
  expect(response.status).toBe(204);
  await waitFor(() => tms.output().includes('CSQU3054383 available'), { what: tms.output });
});
