import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connectDatabase } from '@envase/db';
import { createLogger } from '@envase/runtime';
import { waitFor } from '@envase/testing';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { askSimulator } from '../src/demo/ask-simulator.ts';
import { boxNumber } from '../src/demo/box-number.ts';
import { LaunchError } from '../src/launch/lock-folder.ts';
import { findPortBase } from '../src/launch/ports.ts';
import { startStack } from '../src/launch/start-stack.ts';
import { runCommand, sourceOf } from './commands.ts';
import { isAbout, startTestStack, startTestTms, type TestStack } from './test-stack.ts';

let test: TestStack;
// A simulated minute is 200 ms; a box that is held or waits is asked for every 6 s.
const speed = 300;
const minuteMs = 60_000 / speed;

beforeAll(async () => {
  test = await startTestStack({ speed });
}, 120_000);

afterAll(() => test.remove(), 60_000);

describe('a running stack', () => {
  it('tells in stack.json where everything is, to its owner alone', () => {
    const path = join(test.dataDir, 'stack.json');
    expect(statSync(path).mode & 0o777).toBe(0o600);
    const file = JSON.parse(readFileSync(path, 'utf8'));
    const login = { id: expect.any(String), secret: expect.stringMatching(/^ets_/) };
    const client = { ...login, orgId: expect.any(String), svcId: expect.any(String) };
    const programs = [
      'identity-manager',
      'connect-data',
      'trace-manager',
      'tracer',
      'webhook-delivery',
      'ops',
    ];
    const pids = [...programs, 'simulator', 'mongodb', 'redis'];
    const at = (offset: number) => `http://127.0.0.1:${test.portBase + offset}`;
    expect(file).toEqual({
      urls: { connectData: at(0), identityManager: at(1), ops: at(2), simulator: at(3) },
      client,
      clients: [client, client],
      admin: login,
      operator: { username: expect.any(String), password: expect.any(String) },
      pids: Object.fromEntries(pids.map((name) => [name, expect.any(Number)])),
      mongodbUri: expect.stringMatching(/^mongodb:\/\/127\.0\.0\.1:\d+\/envase_trace$/),
      redisUrl: expect.stringMatching(/^redis:\/\/127\.0\.0\.1:\d+$/),
      engine: { mongodb: expect.any(String), redis: expect.any(String) },
    });
    expect(file.client).toEqual(file.clients[0]);
    expect(file.clients[0].orgId).not.toBe(file.clients[1].orgId);
    expect(statSync(join(test.dataDir, 'secrets.json')).mode & 0o777).toBe(0o600);
  });

  it('shares its folder and its ports with no other', async () => {
    const options = {
      speed: 1,
      asProcesses: false,
      allowHttpHooks: '',
      logLevel: 'info',
      report: () => undefined,
    };
    const portBase = await findPortBase();
    const sameFolder = startStack({ ...options, dataDir: test.dataDir, portBase });
    await expect(sameFolder).rejects.toThrow(LaunchError);
    await expect(sameFolder).rejects.toThrow('Another stack runs on');
    const dataDir = mkdtempSync(join(tmpdir(), 'envase-other-'));
    onTestFinished(() => rmSync(dataDir, { recursive: true, force: true }));
    const samePorts = startStack({ ...options, dataDir, portBase: test.portBase });
    await expect(samePorts).rejects.toThrow(`Port ${test.portBase}, ${test.portBase + 1}`);
    expect(existsSync(join(test.dataDir, 'stack.json'))).toBe(true);
  });
});

describe('a stack that was stopped and started again', () => {
  it('has the same logins and goes on tracing what was published before', async () => {
    const { file: before } = test.stack;
    const tms = await startTestTms(before);
    const number = boxNumber(1, 0);
    const order = { number, providerId: 'apm', journey: 'import', startAt: Date.now() - 470 * minuteMs };
    await askSimulator(before, '/control/journeys', order);
    const where = { orgId: tms.orgId, svcId: tms.svcId, providerId: 'apm', siteId: 'USLAX' };
    const { items } = await tms.envase.traceContainers({ ...where, numbers: [number] });
    await tms.hears(isAbout(number), { what: 'the first result' });
    await test.stop();
    expect(existsSync(join(test.dataDir, 'stack.json'))).toBe(false);

    await test.start();
    const startedAt = Date.now();
    const { file } = test.stack;
    expect({ ...file, pids: 0, mongodbUri: 0, redisUrl: 0 }).toEqual({
      ...before,
      pids: 0,
      mongodbUri: 0,
      redisUrl: 0,
    });
    // The hold comes by itself: nobody publishes again, and the web-hook is the one of before.
    const held = await tms.hears((event) => isAbout(number)(event) && event.payload.status === 'on_hold', {
      what: 'the hold, from a trace of before the stop',
      timeoutMs: 60_000,
    });
    expect(held).toMatchObject({ traceId: items[0]?.traceId, sequence: 2 });
    expect(Date.parse(held.createdAt)).toBeGreaterThan(startedAt - 5_000);
    await tms.stop();
  }, 120_000);
});

describe('the commands', () => {
  it('say what they can be told', async () => {
    for (const [name, word] of [
      ['main.ts', '--processes'],
      ['demo.ts', '--once'],
      ['soak.ts', '--containers'],
      ['../test/crash/main.ts', '--schedules'],
      ['../../testing/bench/bench.ts', '--help'],
      ['envase.ts', 'client create'],
    ] as const) {
      const { out, code } = await runCommand(name, ['--help']);
      expect({ name, code }).toEqual({ name, code: 0 });
      expect(out).toContain(word);
    }
  });

  it('name a busy port without a stack trace', async () => {
    const port = await findPortBase();
    const server = createServer().listen(port, '127.0.0.1');
    onTestFinished(() => void server.close());
    await once(server, 'listening');
    const dataDir = mkdtempSync(join(tmpdir(), 'envase-busy-'));
    onTestFinished(() => rmSync(dataDir, { recursive: true, force: true }));
    const { err, code } = await runCommand('main.ts', ['--data', dataDir, '--port-base', String(port)]);
    expect(code).toBe(1);
    expect(err.trim()).toBe(
      `Port ${port} is in use. Stop what listens there, or move the stack with --port-base (now ${port}).`,
    );
  });

  it('refuse what makes no sense', async () => {
    const { err, code } = await runCommand('main.ts', ['--speed', 'fast']);
    expect({ err, code }).toEqual({ err: expect.stringContaining('It is a number above 0.'), code: 1 });
  });
});

describe('envase', () => {
  const envase = async (...args: string[]) => {
    const { out, err, code } = await runCommand('envase.ts', ['--data', test.dataDir, '--json', ...args]);
    expect({ err, code }).toEqual({ err: '', code: 0 });
    return JSON.parse(out);
  };
  const askToken = async (client: { id: string; secret: string }) => {
    const response = await fetch(`${test.stack.file.urls.identityManager}/oauth2/token`, {
      method: 'POST',
      body: new URLSearchParams({
        grant_type: 'client_credentials',
        client_id: client.id,
        client_secret: client.secret,
      }),
    });
    return response.status;
  };

  it('makes, lists, rotates, disables and enables clients', async () => {
    const made = await envase(
      'client',
      'create',
      '--name',
      'Their TMS',
      '--grant',
      'org-1:svc-1',
      '--grant',
      'org-2:*',
    );
    expect(made.grants).toEqual([
      { orgId: 'org-1', svcId: 'svc-1' },
      { orgId: 'org-2', svcId: '*' },
    ]);
    expect(await askToken(made)).toBe(200);
    const listed = await envase('client', 'list');
    expect(listed[0]).toMatchObject({ id: made.id, name: 'Their TMS', status: 'active' });
    expect(JSON.stringify(listed)).not.toContain(made.secret);
    const rotated = await envase('client', 'rotate', made.id);
    expect(await askToken({ id: made.id, ...rotated })).toBe(200);
    expect(await envase('client', 'disable', made.id)).toMatchObject({ status: 'disabled' });
    expect(await askToken(made)).toBe(401);
    await envase('client', 'enable', made.id);
    expect(await askToken(made)).toBe(200);
  });

  it('verifies the audit, and says which row of which chain was tampered with', async () => {
    // Registers its web-hook: a row in the chain of its organization.
    const tms = await startTestTms(test.stack.file);
    await tms.stop();
    const verify = async (...args: string[]) => {
      const about = ['--data', test.dataDir, ...args, 'audit', 'verify'];
      const { out, code } = await runCommand('envase.ts', about);
      return { out, code };
    };
    const good = await verify('--json');
    expect(good.code).toBe(0);
    const { ok: isGood, chains: sound, unfinished } = JSON.parse(good.out);
    expect({ isGood, unfinished }).toEqual({ isGood: true, unfinished: [] });
    // A client was made above, given a secret, disabled and enabled.
    expect(sound).toContainEqual(expect.objectContaining({ chain: 'platform', rows: 4 }));
    const logger = createLogger({ program: 'test', level: 'silent' });
    const db = await connectDatabase({ uri: test.stack.file.mongodbUri, logger });
    onTestFinished(() => db.close());
    const row = { chain: tms.orgId, n: 1 };
    await db.connection.collection('audit').updateOne(row, { $set: { clientId: 'another' } });
    const bad = await verify('--json');
    expect(bad.code).toBe(1);
    const { ok, chains } = JSON.parse(bad.out);
    expect([ok, chains.filter((one: { ok: boolean }) => !one.ok)]).toEqual([
      false,
      [expect.objectContaining({ chain: tms.orgId, brokenAt: 1, fault: 'changed' })],
    ]);
    expect(await verify()).toEqual({ out: expect.stringContaining('brokenAt 1 fault changed'), code: 1 });
  }, 240_000);

  it('seals secrets with the newest key, and says how far it has come', async () => {
    const args = ['--data', test.dataDir, '--json', 'secrets', 'rotate'];
    const { out, err, code } = await runCommand('envase.ts', args);
    expect(code, err).toBe(0);
    const { stores, unreadable } = JSON.parse(out);
    expect(unreadable).toEqual([]);
    // One key so far: nothing was sealed with an older one.
    expect(stores).toContainEqual({ name: 'signing keys', seen: expect.any(Number), resealed: 0 });
    expect(err).toMatch(/^signing keys: \d+ seen, 0 sealed anew$/m);
  }, 120_000);

  it('rotates the keys that sign tokens, migrates, and explains a trace', async () => {
    expect(await envase('keys', 'rotate')).toBeTypeOf('object');
    const migrated = await runCommand('envase.ts', ['--data', test.dataDir, 'migrate']);
    expect(migrated).toMatchObject({ code: 0, out: expect.stringContaining('applied  none') });
    const tms = await startTestTms(test.stack.file);
    const number = boxNumber(2, 0);
    const where = { orgId: tms.orgId, svcId: tms.svcId, providerId: 'bnsf' };
    const { items } = await tms.envase.traceContainers({ ...where, numbers: [number] });
    await tms.hears(isAbout(number), { what: 'the first result' });
    const explained = await envase('trace', 'explain', items[0]?.traceId ?? '');
    expect(explained).toMatchObject({
      number,
      last: { why: { rule: 'published' } },
      next: { rule: expect.any(String) },
    });
    await tms.stop();
  });

  it('runs what the README lets a newcomer try', async () => {
    const readme = readFileSync(new URL('../../../README.md', import.meta.url), 'utf8');
    const [, block = ''] = /## Try it\n[\s\S]*?```sh\n([\s\S]*?)```/.exec(readme) ?? [];
    const port = await findPortBase();
    const script = block
      .replace(
        'npx pnpm@10 --silent envase',
        `'${process.execPath}' '${sourceOf('envase.ts')}' --data '${test.dataDir}'`,
      )
      .replaceAll('4000', String(port));
    expect(script).not.toContain('npx');
    const shell = spawn('/bin/sh', ['-c', `set -e\n${script}\nwait`], {
      env: { PATH: process.env.PATH, HOME: process.env.HOME },
      stdio: ['ignore', 'pipe', 'pipe'],
      detached: true,
    });
    // The receiver is a child of the shell and runs until somebody ends it.
    onTestFinished(() => void process.kill(-(shell.pid ?? 0), 'SIGKILL'));
    let output = '';
    for (const stream of [shell.stdout, shell.stderr])
      stream.on('data', (chunk: Buffer) => {
        output += chunk.toString();
      });
    await waitFor(() => output.includes('"action":"TRACE_RESULT"'), {
      what: () => `a web-hook in ${output}`,
    });
    expect(output).toContain('"outcome":"tracking"');
  });

  it('says what is wrong without a stack trace', async () => {
    expect(await runCommand('envase.ts', ['--data', '/nowhere', 'client', 'list'])).toMatchObject({
      code: 1,
      err: 'No stack runs on /nowhere: there is no stack.json.\n',
    });
    expect(
      await runCommand('envase.ts', ['--data', test.dataDir, 'client', 'rotate', 'nobody']),
    ).toMatchObject({
      code: 1,
      err: 'There is no such client\n',
    });
    const { err, code } = await runCommand('envase.ts', ['client', 'list']);
    expect({ err, code }).toEqual({ err: expect.stringContaining('MONGODB_URI is missing'), code: 1 });
  });
});
