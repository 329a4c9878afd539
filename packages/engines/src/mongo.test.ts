import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { MongoClient } from 'mongodb';
import { afterEach, expect, it, vi } from 'vitest';
import { isAlive } from '../test/processes.ts';
import type { RunningEngine } from './engine.ts';
import { type MongoOptions, startMongo } from './mongo.ts';

const started: RunningEngine[] = [];
let dir: string | undefined;

async function start(options?: MongoOptions): Promise<RunningEngine> {
  const mongo = await startMongo(options);
  started.push(mongo);
  return mongo;
}

async function withClient<T>(uri: string, use: (client: MongoClient) => Promise<T>): Promise<T> {
  const client = new MongoClient(uri, { serverSelectionTimeoutMS: 5000 });
  try {
    return await use(client);
  } finally {
    await client.close();
  }
}

const insert = (uri: string, _id: number) =>
  withClient(uri, (client) =>
    client
      .db('t')
      .collection<{ _id: number }>('c')
      .insertOne({ _id }, { writeConcern: { w: 'majority', j: true } }),
  );

const readIds = (uri: string) =>
  withClient(uri, async (client) => {
    const documents = await client.db('t').collection<{ _id: number }>('c').find().sort({ _id: 1 }).toArray();
    return documents.map(({ _id }) => _id);
  });

afterEach(async () => {
  await Promise.all(started.splice(0).map((mongo) => mongo.stop()));
  if (dir !== undefined) await rm(dir, { recursive: true });
  dir = undefined;
  vi.unstubAllEnvs();
});

it('keeps every acknowledged write over a kill and a stop, on the same port', async () => {
  dir = await mkdtemp(join(tmpdir(), 'envase-test-'));
  const first = await start({ dataDir: dir });
  await insert(first.uri, 1);
  await first.kill();
  expect(isAlive(first.pid)).toBe(false);
  const second = await start({ dataDir: dir, port: first.port });
  expect(second.uri).toBe(first.uri);
  expect(await readIds(second.uri)).toEqual([1]);
  await insert(second.uri, 2);
  await second.stop();
  const third = await start({ dataDir: dir, port: first.port });
  expect(await readIds(third.uri)).toEqual([1, 2]);
});

it('ends and takes its temporary folder along', async () => {
  dir = await mkdtemp(join(tmpdir(), 'envase-test-'));
  vi.stubEnv('TMPDIR', dir);
  const mongo = await start();
  expect(await readdir(dir)).toEqual([expect.stringMatching('^envase-mongodb-')]);
  await mongo.stop();
  expect(isAlive(mongo.pid)).toBe(false);
  expect(await readdir(dir)).toEqual([]);
});

it('refuses a port that is taken', async () => {
  const { port } = await start();
  await expect(startMongo({ port })).rejects.toThrow('did not start');
});

it('uses a server given by its address and leaves it alone', async () => {
  const given = await startMongo({ mongodbUri: 'mongodb://127.0.0.1:1' });
  expect(given).toMatchObject({ uri: 'mongodb://127.0.0.1:1', name: 'MongoDB (given)' });
  await given.stop();
  await expect(given.kill()).rejects.toThrow('not ours to kill');
});
