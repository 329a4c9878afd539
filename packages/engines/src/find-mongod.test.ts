import { createHttpPeer } from '@envase/testing';
import { afterEach, expect, it, vi } from 'vitest';
import { addProgram, bareMachine } from '../test/fake-program.ts';
import { findMongod } from './find-mongod.ts';

const MONGOD = 'echo "db version v8.0.4"';
const report = () => undefined;

afterEach(() => {
  vi.unstubAllEnvs();
});

it('prefers the binary it was told of to the one on the search path', async () => {
  const config = await bareMachine();
  await addProgram(config, 'mongod', 'echo "db version v7.0.1"');
  const mongodBinary = await addProgram(config, 'my-mongod', MONGOD);
  expect(await findMongod({ config: { ...config, mongodBinary }, report })).toMatchObject({
    binary: mongodBinary,
    name: 'MongoDB 8.0.4',
  });
});

it('prefers a mongod on the search path to a stand-in', async () => {
  const config = await bareMachine();
  await addProgram(config, 'secantusd-rs', '');
  const binary = await addProgram(config, 'mongod', MONGOD);
  expect(await findMongod({ config, report })).toMatchObject({ binary, format: 'mongod', version: '8.0.4' });
});

it('says which binary does not answer like mongod', async () => {
  const config = await bareMachine();
  const mongodBinary = await addProgram(config, 'true', '');
  await expect(findMongod({ config: { ...config, mongodBinary }, report })).rejects.toThrow(
    `${mongodBinary} --version does not answer like mongod`,
  );
});

it('prefers the Rust stand-in to the Python one, and keeps their files apart', async () => {
  const config = await bareMachine();
  const program = await addProgram(config, 'secantusd-rs', '');
  expect(await findMongod({ config, report })).toMatchObject({
    format: 'secantusd-rs',
    env: { ENVASE_STAND_IN: program },
  });
});

it('asks the download host first, and takes the stand-in where that has nothing', async () => {
  const config = await bareMachine();
  await addProgram(config, 'secantusd-rs', '');
  vi.stubEnv('HOME', config.cacheDir); // what this machine downloaded before is not the subject
  const host = await createHttpPeer(() => 404);
  const download = { dir: config.cacheDir, probe: `${host.url}/mongod.tgz` };
  expect(await findMongod({ config: { ...config, download }, report })).toMatchObject({
    format: 'secantusd-rs',
  });
  expect(host.requests.map(({ method, path }) => `${method} ${path}`)).toEqual(['HEAD /mongod.tgz']);
  await host.close();
});

it('takes the stand-in, and says why, when the download fails', async () => {
  const config = await bareMachine();
  await addProgram(config, 'secantusd-rs', '');
  vi.stubEnv('HOME', config.cacheDir);
  vi.stubEnv('MONGOMS_DOWNLOAD_MIRROR', 'http://127.0.0.1:9');
  vi.stubEnv('MONGOMS_USE_HTTP', 'true');
  vi.stubEnv('MONGOMS_MAX_RETRIES', '0');
  const lines: string[] = [];
  const machine = { ...config, download: { dir: config.cacheDir } };
  const found = await findMongod({ config: machine, report: (line) => lines.push(line) });
  expect(found.format).toBe('secantusd-rs');
  expect(lines[0]).toBe(`downloading mongod into ${config.cacheDir} (once)`);
  expect(lines[1]).toContain('mongod cannot be downloaded');
});

it('says what to install where nothing can be had', async () => {
  const config = await bareMachine();
  await expect(findMongod({ config, report })).rejects.toThrow(
    /set MONGODB_URI[\s\S]*python3 python3-venv[\s\S]*no python3 on the PATH/,
  );
});
