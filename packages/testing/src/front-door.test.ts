import { afterEach, expect, it } from 'vitest';
import { type FrontDoor, startFrontDoor } from './front-door.ts';
import { type Receiver, startReceiver } from './receiver.ts';

const open: (FrontDoor | Receiver)[] = [];
afterEach(async () => {
  await Promise.all(open.splice(0).map((one) => one.close()));
});

async function begin<T extends FrontDoor | Receiver>(starting: Promise<T>): Promise<T> {
  const started = await starting;
  open.push(started);
  return started;
}

it('leads to whom it was opened to last, by one port', async () => {
  const [first, second] = [await begin(startReceiver(201)), await begin(startReceiver(202))];
  const door = await begin(startFrontDoor());
  const ask = () =>
    fetch(`http://127.0.0.1:${door.port}/`, { headers: { connection: 'close' } }).then((r) => r.status);
  await expect(ask()).rejects.toThrow();
  door.openTo({ host: '127.0.0.1', port: first.port });
  expect(await ask()).toBe(201);
  door.openTo({ host: '127.0.0.1', port: second.port });
  expect(await ask()).toBe(202);
});

it('cuts what is under way, and takes nothing until it is opened again', async () => {
  const receiver = await begin(startReceiver('hang'));
  const door = await begin(startFrontDoor({ host: '127.0.0.1', port: receiver.port }));
  const asked = fetch(`http://127.0.0.1:${door.port}/`);
  const failed = expect(asked).rejects.toThrow();
  await receiver.waitForCount(1);
  door.cut();
  await failed;
  await expect(fetch(`http://127.0.0.1:${door.port}/`)).rejects.toThrow();
  expect(receiver.requests).toHaveLength(1);
});
