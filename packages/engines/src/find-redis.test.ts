import { expect, it } from 'vitest';
import { addProgram, bareMachine } from '../test/fake-program.ts';
import { findRedis } from './find-redis.ts';

const FAKE_REDIS = 'echo "Redis server v=7.2.5 sha=0 malloc=libc bits=64"';

it('takes the redis-server of the search path', async () => {
  const config = await bareMachine();
  const binary = await addProgram(config, 'redis-server', FAKE_REDIS);
  expect(await findRedis({ config, report: () => undefined })).toEqual({ binary, name: 'Redis 7.2.5' });
});

it('installs it with apt where it may, and says so', async () => {
  const config = { ...(await bareMachine()), isRoot: true };
  const lines: string[] = [];
  const target = `${config.path}/redis-server`;
  const write = `printf '#!/bin/sh\\n${FAKE_REDIS.replaceAll('"', '')}\\n' > ${target}; /bin/chmod +x ${target}`;
  await addProgram(config, 'apt-get', `case "$*" in *"install -y"*redis-server*) ${write};; esac`);
  const found = await findRedis({ config, report: (line) => lines.push(line) });
  expect(found).toEqual({ binary: target, name: 'Redis 7.2.5' });
  expect(lines).toEqual(['installing redis-server with apt-get']);
});

it('shows what apt said when it fails, and what to install', async () => {
  const config = { ...(await bareMachine()), isRoot: true };
  const lines: string[] = [];
  await addProgram(config, 'apt-get', 'echo "E: no network"; exit 100');
  await expect(findRedis({ config, report: (line) => lines.push(line) })).rejects.toThrow(
    'brew install redis',
  );
  expect(lines[1]).toBe('apt-get failed:\nE: no network');
});

it('does not touch apt as an ordinary user', async () => {
  const config = await bareMachine();
  await addProgram(config, 'apt-get', 'echo called >&2; exit 1');
  const report = () => expect.fail('nothing is to be reported');
  await expect(findRedis({ config, report })).rejects.toThrow('sudo apt-get install -y redis-server');
});
