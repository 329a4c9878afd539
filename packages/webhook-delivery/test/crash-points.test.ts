import { connectDatabase } from '@envase/db';
import { AppError, clearFailpoints, setFailpoint } from '@envase/runtime';
import { createTestDatabase, type FrontDoor, startFrontDoor } from '@envase/testing';
import { expect, it, onTestFinished } from 'vitest';
import { useWorld } from './world.ts';

// Crash points of research/reliability-security-performance.md 1.5; C9 and C10 stand in crash.test.ts.
const world = useWorld();
const second = 1_000;
const { hostname: host, port } = new URL(createTestDatabase().uri);
const here = { host, port: Number(port) };

it('an answer that is lost on its way back (C11) costs a repeat with the same id', async () => {
  const { receive, addHook, owe, drain, delivery, clock } = world();
  const receiver = await receive();
  // Taken, and then the connection breaks.
  receiver.answerWith((_, index) => (index === 0 ? 'drop' : 200));
  const hook = await addHook(receiver.url);
  const [due] = await owe(hook, [{}]);
  await drain(hook);
  expect(await delivery(due?._id ?? '')).toMatchObject({ state: 'retrying', attemptCount: 1 });
  clock.advance(10 * second);
  await drain(hook);
  const ids = receiver.requests.map(({ headers }) => headers['webhook-id']);
  expect(ids).toEqual([due?.eventId, due?.eventId]);
  expect(await delivery(due?._id ?? '')).toMatchObject({ state: 'delivered', attemptCount: 2 });
});

it('a result that MongoDB does not take (C12) fails the turn, and the delivery is sent again under its id', async () => {
  const { receive, addHook, owe, drain, delivery, database } = world();
  const receiver = await receive();
  const hook = await addHook(receiver.url);
  const [due] = await owe(hook, [{}]);
  const door = await startFrontDoor(here);
  const cut = await connectThrough(door, database.connection.name);
  setFailpoint('C10', () => door.cut());
  await expect(drain(hook, { deliveries: cut.repositories.deliveries })).rejects.toThrow(AppError);
  expect(await delivery(due?._id ?? '')).toMatchObject({ state: 'pending', attemptCount: 0 });
  clearFailpoints();
  await drain(hook);
  const ids = receiver.requests.map(({ headers }) => headers['webhook-id']);
  expect(ids).toEqual([due?.eventId, due?.eventId]);
  expect(await delivery(due?._id ?? '')).toMatchObject({ state: 'delivered', attemptCount: 1 });
});

async function connectThrough(door: FrontDoor, name: string) {
  const options = 'directConnection=true&serverSelectionTimeoutMS=300';
  const through = await connectDatabase({ uri: `mongodb://127.0.0.1:${door.port}/${name}?${options}` });
  onTestFinished(async () => {
    await through.close();
    await door.close();
  });
  return through;
}
