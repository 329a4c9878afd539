import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { programs, readText, root } from './read-compose.ts';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'ops-image-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

describe('Dockerfile', () => {
  const lines = readText('docker/Dockerfile').split('\n');
  const valuesOf = (word: string) =>
    lines.filter((line) => line.startsWith(`${word} `)).map((line) => line.slice(word.length + 1));
  const manifest = z.object({ packageManager: z.string() }).parse(JSON.parse(readText('package.json')));

  it('builds on the Node of the workspace, pinned by its full version', () => {
    const version = /^ {2}node: (\S+)$/m.exec(readText('pnpm-workspace.yaml'))?.[1];
    expect(valuesOf('ARG')).toEqual([`NODE_IMAGE=node:${version}-bookworm-slim`]);
    // biome-ignore lint/suspicious/noTemplateCurlyInString: as the Dockerfile has it
    expect(valuesOf('FROM')).toEqual(['${NODE_IMAGE} AS build', '${NODE_IMAGE}']);
  });

  it('installs by the lockfile with the pnpm of the workspace, without what tests need', () => {
    const text = lines.join('\n');
    expect(text).toContain(`npm install --global ${manifest.packageManager}`);
    expect(text).toMatch(/pnpm install --prod --frozen-lockfile .*--filter '!@envase\/testing'/);
  });

  it('runs as a user without rights and asks the admin port how it is', () => {
    expect(valuesOf('USER')).toEqual(['node']);
    expect(lines.indexOf('USER node')).toBeLessThan(lines.findIndex((line) => line.startsWith('ENTRYPOINT')));
    expect(lines.join('\n')).toMatch(
      /^HEALTHCHECK .*\\\n {2}CMD \["node", "-e", ".*ADMIN_PORT.*\/health\/ready/m,
    );
  });

  it('has a health check that tells ready from not ready and from away', async () => {
    const [, command = '[]'] = /^ {2}CMD (\[.*\])$/m.exec(lines.join('\n')) ?? [];
    const [, ...words] = z.array(z.string()).parse(JSON.parse(command));
    let status = 200;
    const server = createServer((request, answer) => {
      answer.writeHead(request.url === '/health/ready' ? status : 404).end();
    }).listen(0, '127.0.0.1');
    await once(server, 'listening');
    // The cast: a listening TCP server has an address with a port.
    const { port } = server.address() as AddressInfo;
    const check = async () => {
      const child = spawn(process.execPath, words, { env: { ADMIN_PORT: String(port) }, stdio: 'ignore' });
      const [code] = await once(child, 'exit');
      return code;
    };
    expect(await check()).toBe(0);
    status = 503;
    expect(await check()).toBe(1);
    server.close();
    await once(server, 'close');
    expect(await check()).toBe(1);
  });
});

describe('entrypoint.sh', () => {
  /** With a `node` that only says how it was called. */
  function enter(...words: string[]) {
    const stub = join(folder, 'node');
    writeFileSync(stub, '#!/bin/sh\necho "$@"\n');
    chmodSync(stub, 0o755);
    const env = { PATH: `${folder}:/usr/bin:/bin` };
    const ran = spawnSync(join(root, 'docker/entrypoint.sh'), words, { encoding: 'utf8', env });
    const [entry = '', ...rest] = ran.stdout.trim().split(' ');
    return { status: ran.status, entry, rest, stderr: ran.stderr };
  }

  it.each(programs)('becomes %s', (program) => {
    const { status, entry, rest } = enter(program);
    expect([status, rest]).toEqual([0, []]);
    expect(entry.endsWith(`packages/${program}/src/main.ts`)).toBe(true);
    expect(statSync(entry).isFile()).toBe(true);
  });

  it('becomes the operator’s command, or its migration alone', () => {
    const { entry, rest } = enter('envase', 'client', 'create', '--name', 'TMS');
    expect(rest).toEqual(['client', 'create', '--name', 'TMS']);
    expect(enter('migrate')).toEqual({ status: 0, entry, rest: ['migrate'], stderr: '' });
    expect(statSync(entry).isFile()).toBe(true);
  });

  it.each([[[]], [['nonsense']], [['../stack']]])('refuses %j and says what there is', (words) => {
    const { status, stderr } = enter(...words);
    expect(status).toBe(64);
    for (const role of [...programs, 'migrate', 'envase']) expect(stderr).toContain(role);
  });
});
