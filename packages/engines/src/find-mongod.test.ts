import { expect, it } from 'vitest';
import { addProgram, bareMachine } from '../test/fake-program.ts';
import { findMongod } from './find-mongod.ts';

const MONGOD = 'echo "db version v8.0.4"';
const report = () => undefined;

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

it('says what to install where nothing can be had', async () => {
  const config = await bareMachine();
  await expect(findMongod({ config, report })).rejects.toThrow(
    /set MONGODB_URI[\s\S]*python3 python3-venv[\s\S]*no python3 on the PATH/,
  );
});
