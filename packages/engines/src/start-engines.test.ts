import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { waitFor } from '@envase/testing';
import { expect, it } from 'vitest';
import { addProgram, bareMachine } from '../test/fake-program.ts';
import { isAlive } from '../test/processes.ts';
import { readEngineConfig } from './config.ts';
import { findRedis } from './find-redis.ts';
import { startEngines } from './start-engines.ts';

const HOLDER = fileURLToPath(new URL('../test/hold-engines.ts', import.meta.url));

it('starts both, says what they are, and ends both', async () => {
  const lines: string[] = [];
  const engines = await startEngines({ report: (line) => lines.push(line) });
  expect(engines.mongodbUri).toMatch(/^mongodb:\/\/127\.0\.0\.1:\d+$/);
  expect(lines).toContain(`MongoDB: ${engines.engine.mongodb} at ${engines.mongodbUri}`);
  expect(lines).toContain(`Redis: ${engines.engine.redis} at ${engines.redisUrl}`);
  await engines.stop();
  expect([engines.pids.mongodb, engines.pids.redis].map(isAlive)).toEqual([false, false]);
});

it('starts only what was not given, and prints no login', async () => {
  const lines: string[] = [];
  const engines = await startEngines({
    mongodbUri: 'mongodb://app:secret@db.example:27017',
    report: (line) => lines.push(line),
  });
  expect(engines.pids).toEqual({ redis: expect.any(Number) });
  expect(lines).toContain('MongoDB: MongoDB (given) at mongodb://db.example:27017');
  await engines.stop();
});

it.each(['SIGKILL', 'SIGTERM', 'SIGINT'] as const)(
  'leaves no server behind when its parent gets %s',
  async (signal) => {
    const parent = spawn(process.execPath, [HOLDER], { stdio: ['pipe', 'pipe', 'inherit'] });
    const [line] = (await once(parent.stdout, 'data')) as [Buffer];
    const pids: { mongodb: number; redis: number } = JSON.parse(line.toString());
    expect([pids.mongodb, pids.redis].map(isAlive)).toEqual([true, true]);
    parent.kill(signal);
    await waitFor(() => !isAlive(pids.mongodb) && !isAlive(pids.redis), { what: 'both servers to end' });
  },
);

it('ends the one that started when the other cannot', async () => {
  const config = await bareMachine();
  const redis = await findRedis({ config: readEngineConfig(), report: () => undefined });
  const pidFile = join(config.cacheDir, 'redis.pid');
  await addProgram(config, 'redis-server', `echo $$ > ${pidFile}\nexec ${redis.binary} "$@"`);
  await expect(startEngines({ config })).rejects.toThrow('no MongoDB');
  expect(isAlive(Number(await readFile(pidFile, 'utf8')))).toBe(false);
});
