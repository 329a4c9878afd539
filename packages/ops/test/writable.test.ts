import { openQueues, traceResults } from '@envase/queues';
import { createLogger } from '@envase/runtime';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { boardPath } from '../src/index.ts';
import { listBoardCalls } from './board-calls.ts';
import { logIn, startTestOps, type TestOps } from './start-test-ops.ts';

const canary = 'canary-4711';
const results = `${boardPath}/api/queues/trace-results`;
const writes = listBoardCalls(boardPath).calls.filter(({ method }) => method !== 'GET');

let ops: TestOps;
let cookie: string;
beforeAll(async () => {
  ops = await startTestOps(process.env.REDIS_URL, { BOARD_WRITABLE: 'true' });
  cookie = await logIn(ops);
});
afterAll(() => ops?.stop());

function write(
  path: string,
  options: { method?: string; body?: object | string; headers?: Record<string, string> } = {},
) {
  const { method = 'PUT', body = {}, headers = { 'sec-fetch-site': 'same-origin' } } = options;
  return fetch(ops.url + path, {
    method,
    headers: { 'content-type': 'application/json', cookie, ...headers },
    body: typeof body === 'string' ? body : JSON.stringify(body),
  });
}

async function lookAt(queue: string): Promise<string> {
  const answer = await fetch(`${ops.url}${boardPath}/api/queues?activeQueue=${queue}`, {
    headers: { cookie },
  });
  return answer.text();
}

it('lets the operator pause and resume a queue, and logs it', async () => {
  expect((await write(`${results}/pause`)).status).toBe(200);
  expect(await lookAt('trace-results')).toContain('"isPaused":true');
  expect((await write(`${results}/resume`)).status).toBe(200);
  expect(await lookAt('trace-results')).not.toContain('"isPaused":true');
  expect(ops.logs).toContainEqual(
    expect.objectContaining({
      route: '/api/queues/:queueName/pause',
      queueName: 'trace-results',
      refusal: null,
    }),
  );
});

it.each([
  ['another site', { 'sec-fetch-site': 'cross-site' }],
  ['another host of the same site', { 'sec-fetch-site': 'same-site' }],
  ['another origin', { origin: 'https://evil.example' }],
  ['nowhere', {}],
])(
  'refuses every change sent from %s with the operator’s cookie',
  async (_, headers: Record<string, string>) => {
    for (const { method, path } of writes) expect((await write(path, { method, headers })).status).toBe(403);
    expect(await lookAt('trace-results')).not.toContain('"isPaused":true');
  },
);

it('lets nobody write what a job carries', async () => {
  await ops.producer.addLane(traceResults, 'trace.settle', { laneId: 't1', data: { traceId: 't1' } });
  const job = { name: 'trace.settle', data: { traceId: canary }, options: {} };
  const added = await write(`${results}/add`, { method: 'POST', body: job });
  const changed = await write(`${results}/1/update-data`, { method: 'PATCH', body: { traceId: canary } });
  expect([added.status, changed.status]).toEqual([403, 403]);
  expect(await added.json()).toMatchObject({ message: 'Only the programs write what a job carries' });
  expect(await lookAt('trace-results')).not.toContain(canary);
});

it('answers a body that is no JSON with the sender’s fault', async () => {
  const answer = await write(`${results}/concurrency`, { body: '{"concurrency":' });
  expect(answer.status).toBe(400);
});

it('cannot be made to hold a customer’s data by a program', async () => {
  // The cast: what the types forbid.
  const data = { traceId: 't2', customer: canary } as unknown as { traceId: string };
  const adding = ops.producer.addLane(traceResults, 'trace.settle', { laneId: 't2', data });
  await expect(adding).rejects.toThrow('unrecognized_keys');
});

it('shows nothing of a job that is not of its queue’s schema', async () => {
  const logger = createLogger({ program: 'test', level: 'silent' });
  const foreign = openQueues([], { redis: ops.redis, prefix: ops.prefix, logger });
  const queue = foreign.queues.find(({ name }) => name === 'inbox');
  const job = await queue?.add('inbox.parse', { inboxId: 'i1', body: canary });
  await foreign.close();
  const list = await lookAt('inbox');
  const single = await fetch(`${ops.url}${boardPath}/api/queues/inbox/${job?.id}`, { headers: { cookie } });
  expect(list).toContain('not what this queue carries');
  expect(list + (await single.text())).not.toContain(canary);
});
