import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, it } from 'vitest';
import { askRedis } from '../test/ask-redis.ts';
import { isAlive } from '../test/processes.ts';
import type { RunningEngine } from './engine.ts';
import { type RedisOptions, startRedis } from './redis.ts';

const started: RunningEngine[] = [];
const dirs: string[] = [];

async function start(options?: RedisOptions): Promise<RunningEngine> {
  const redis = await startRedis(options);
  started.push(redis);
  return redis;
}

async function freshDir(): Promise<string> {
  const dir = await mkdtemp(join(tmpdir(), 'envase-test-'));
  dirs.push(dir);
  return dir;
}

afterEach(async () => {
  await Promise.all(started.splice(0).map((redis) => redis.stop()));
  await Promise.all(dirs.splice(0).map((dir) => rm(dir, { recursive: true })));
});

it('starts a private server that keeps a journal and never evicts', async () => {
  const { port, uri, name } = await start();
  expect(uri).toBe(`redis://127.0.0.1:${port}`);
  expect(name).toMatch(/^Redis \d+\.\d+/);
  expect(await askRedis(port, 'CONFIG GET bind')).toMatch(/\r\n127\.0\.0\.1\r\n$/);
  expect(await askRedis(port, 'CONFIG GET appendonly')).toContain('yes');
  expect(await askRedis(port, 'CONFIG GET appendfsync')).toContain('everysec');
  expect(await askRedis(port, 'CONFIG GET maxmemory-policy')).toContain('noeviction');
  expect(await askRedis(port, 'CONFIG GET save')).toBe('*2\r\n$4\r\nsave\r\n$0\r\n\r\n');
});

it('starts two at once on different ports', async () => {
  const [one, two] = await Promise.all([start(), start()]);
  expect(one.port).not.toBe(two.port);
});

it('ends and takes its temporary folder along', async () => {
  const { pid, port, stop } = await start();
  const dir = (await askRedis(port, 'CONFIG GET dir')).split('\r\n').at(-2) ?? '';
  expect(existsSync(dir)).toBe(true);
  await stop();
  expect(isAlive(pid)).toBe(false);
  expect(existsSync(dir)).toBe(false);
});

it('comes back from a kill on the same port with what it had', async () => {
  const dataDir = await freshDir();
  const first = await start({ dataDir });
  expect(await askRedis(first.port, 'SET container MSKU1234565')).toBe('+OK\r\n');
  await first.kill();
  expect(isAlive(first.pid)).toBe(false);
  await expect(askRedis(first.port, 'PING')).rejects.toThrow('ECONNREFUSED');
  const second = await start({ dataDir, port: first.port });
  expect(second.port).toBe(first.port);
  expect(await askRedis(second.port, 'GET container')).toContain('MSKU1234565');
});

it('comes back from a stop with what it had', async () => {
  const dataDir = await freshDir();
  const first = await start({ dataDir });
  await askRedis(first.port, 'SET container MSKU1234565');
  await first.stop();
  const second = await start({ dataDir });
  expect(await askRedis(second.port, 'GET container')).toContain('MSKU1234565');
});

it('may be stopped twice, and after a kill', async () => {
  const redis = await start();
  await redis.kill();
  await redis.stop();
  await redis.stop();
});

it('says what redis-server said when the port is taken', async () => {
  const { port } = await start();
  await expect(startRedis({ port })).rejects.toThrow(/did not start\n[\s\S]*Address already in use/);
});

it('uses a server given by its address and leaves it alone', async () => {
  const running = await start();
  const given = await startRedis({ redisUrl: running.uri });
  expect(given).toMatchObject({ uri: running.uri, name: 'Redis (given)' });
  await given.stop();
  await expect(given.kill()).rejects.toThrow('not ours to kill');
  expect(isAlive(running.pid)).toBe(true);
});
