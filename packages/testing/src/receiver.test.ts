import { afterEach, beforeEach, expect, it } from 'vitest';
import { type Receiver, startReceiver } from './receiver.ts';

let receiver: Receiver;

beforeEach(async () => {
  receiver = await startReceiver();
});

afterEach(() => receiver.close());

const post = (body: string, signal?: AbortSignal) =>
  fetch(`${receiver.url}/hook?x=1`, {
    method: 'POST',
    body,
    headers: { 'webhook-id': 'e1' },
    signal: signal ?? null,
  });

it('records the bytes, the headers and the JSON of every request', async () => {
  expect((await post('{"a": 1}')).status).toBe(200);
  await post('not json');
  const [first, second] = await receiver.waitForCount(2);
  expect(first).toMatchObject({ method: 'POST', path: '/hook?x=1', json: { a: 1 } });
  expect(first?.rawBody.toString()).toBe('{"a": 1}');
  expect(first?.headers['webhook-id']).toBe('e1');
  expect(first?.at).toBeGreaterThan(Date.now() - 10_000);
  expect(second?.json).toBeUndefined();
});

it('answers by status, by answer and by script', async () => {
  receiver.answerWith(503);
  expect((await post('')).status).toBe(503);
  receiver.answerWith({ status: 410, headers: { 'retry-after': '3' }, json: { gone: true } });
  const gone = await post('');
  expect([gone.status, gone.headers.get('retry-after'), await gone.json()]).toEqual([
    410,
    '3',
    { gone: true },
  ]);
  receiver.answerWith((request, index) => (index === 2 ? 500 : { body: request.rawBody }));
  expect((await post('')).status).toBe(500);
  expect(await (await post('echo')).text()).toBe('echo');
});

it('drops the connection after it has recorded the request', async () => {
  receiver.answerWith('drop');
  await expect(post('x')).rejects.toThrow('fetch failed');
  expect(receiver.requests).toHaveLength(1);
});

it('hangs until it is closed', async () => {
  receiver.answerWith('hang');
  const hanging = post('x');
  await receiver.waitForCount(1);
  await Promise.all([expect(hanging).rejects.toThrow('fetch failed'), receiver.close()]);
  receiver = await startReceiver();
});

it('answers late, and survives a client that left before', async () => {
  receiver.answerWith({ delayMs: 30, json: 'late' });
  await expect(post('x', AbortSignal.timeout(5))).rejects.toThrow('aborted due to timeout');
  expect(await (await post('x')).json()).toBe('late');
});

it('says how many came when too few did', async () => {
  await post('x');
  await expect(receiver.waitForCount(2, { timeoutMs: 10 })).rejects.toThrow(
    '2 request(s) at the receiver, which has 1',
  );
});

it('passes on at close what a script threw', async () => {
  receiver.answerWith(() => {
    throw new Error('a fault of the test');
  });
  await expect(post('x')).rejects.toThrow('fetch failed');
  await expect(receiver.close()).rejects.toThrow('a fault of the test');
  receiver = await startReceiver();
});
