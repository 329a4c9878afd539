import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { findFreePort, startRedis } from '@envase/engines';
import { waitFor } from '@envase/testing';
import { expect, it } from 'vitest';
import { boardPath } from '../src/index.ts';
import { logIn, operator, postLogin, startTestOps } from './start-test-ops.ts';

it('keeps the board shut while Redis is away, says so, and goes on with the same session', async () => {
  const dataDir = await mkdtemp(join(tmpdir(), 'ops-redis-'));
  const port = await findFreePort();
  let engine = await startRedis({ dataDir, port });
  const ops = await startTestOps(engine.uri);
  const cookie = await logIn(ops);
  const statusOf = async (headers: Record<string, string>) =>
    (await fetch(ops.url + boardPath, { headers })).status;
  await engine.stop();

  expect(await statusOf({})).toBe(401);
  await waitFor(async () => (await statusOf({ cookie })) === 503, { what: 'the board to be unavailable' });
  const login = await postLogin(ops, operator);
  expect(login.status).toBe(503);
  expect(await login.text()).toContain('Redis does not answer');
  expect((await fetch(`${ops.adminUrl}/health/ready`)).status).toBe(503);
  expect((await fetch(`${ops.adminUrl}/health/live`)).status).toBe(200);

  engine = await startRedis({ dataDir, port });
  await waitFor(async () => (await statusOf({ cookie })) === 200, { what: 'the session to be back' });
  await ops.stop();
  await engine.stop();
  await rm(dataDir, { recursive: true });
});
