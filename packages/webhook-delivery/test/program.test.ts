import { type Receiver, startReceiver, waitFor } from '@envase/testing';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { dumpKeys, type RunningProgram, removeKeys, runProgram } from './running-program.ts';
import { patience } from './world.ts';

let program: RunningProgram;
let receivers: Receiver[] = [];

beforeAll(async () => {
  program = await runProgram({ REDIS_URL: process.env.REDIS_URL ?? '', CONCURRENCY: '8' });
});
afterEach(async () => {
  await Promise.all(receivers.map((receiver) => receiver.close()));
  receivers = [];
});
afterAll(async () => {
  expect(await program.stop()).toBe(0);
});

async function receive(): Promise<Receiver> {
  const receiver = await startReceiver();
  receivers.push(receiver);
  return receiver;
}

function idsAt(receiver: Receiver): string[] {
  return receiver.requests.map(({ headers }) => String(headers['webhook-id']));
}

async function settled(hookId: string): Promise<boolean> {
  return (await program.database.repositories.deliveries.counts(hookId)).pending === 0;
}

describe('the program', () => {
  it('counts what was delivered', async () => {
    const { usage } = program.database.repositories;
    const day = Math.floor(Date.now() / 86_400_000) * 86_400_000;
    const range = { since: new Date(day), until: new Date(day + 2 * 86_400_000) };
    const tenant = { clientId: 'c', grants: [{ orgId: 'org-1', svcId: '*' }] };
    const count = async () => {
      const { items } = await usage.list(tenant, range, { limit: 2 });
      return items.reduce((sum, { delivered }) => sum + delivered, 0);
    };
    const before = await count();
    const hook = await program.addHook((await receive()).url);
    await program.owe(hook, [{}, {}, {}]);
    await program.wake(hook);
    await waitFor(async () => (await count()) === before + 3, { what: 'the count', ...patience });
  });

  it('delivers what a lane asks for, and neither its logs nor Redis learn a secret or a document', async () => {
    const canaries = {
      key: 'canary-of-the-key',
      header: 'canary-of-the-header',
      payload: 'canary-of-the-box',
    };
    const receiver = await receive();
    receiver.answerWith({ status: 200, body: 'canary-of-the-answer' });
    const failing = await receive();
    failing.answerWith({ status: 500, body: 'canary-of-the-answer' });
    const wishes = { signingKeys: [canaries.key], ownHeaders: { 'x-api-key': canaries.header } };
    const hook = await program.addHook(`${receiver.url}/canary-of-the-path`, wishes);
    const sick = await program.addHook(failing.url, wishes);
    const ids = await program.owe(hook, [{ payload: { containerNumber: canaries.payload } }]);
    await program.owe(sick, [{ payload: { containerNumber: canaries.payload } }]);
    await program.wake(hook);
    await program.wake(sick);
    await receiver.waitForCount(1, patience);
    await failing.waitForCount(1, patience);
    expect(idsAt(receiver)).toEqual(ids);
    expect(receiver.requests[0]?.headers['x-api-key']).toBe(canaries.header);
    await waitFor(() => settled(hook._id), { what: 'the delivery recorded', ...patience });
    const seen = program.lines.join('') + (await dumpKeys(program.redis, program.prefix));
    expect(seen).toContain(hook._id);
    expect(seen).not.toContain('canary');
  });

  it('delivers what nobody queued, and what was queued in a Redis that lost its memory', async () => {
    const receiver = await receive();
    const hook = await program.addHook(receiver.url);
    const unheard = await program.owe(hook);
    await receiver.waitForCount(1, patience);
    await removeKeys(program.redis, program.prefix);
    const flushed = await program.owe(hook, [{}, {}]);
    await receiver.waitForCount(3, patience);
    expect(idsAt(receiver).toSorted()).toEqual([...unheard, ...flushed].toSorted());
  });

  it('tries again by itself when the time has come', async () => {
    const receiver = await receive();
    receiver.answerWith((_, index) => (index === 0 ? 500 : 200));
    const hook = await program.addHook(receiver.url);
    const [id] = await program.owe(hook);
    await program.wake(hook);
    const [first, second] = await receiver.waitForCount(2, patience);
    expect(idsAt(receiver)).toEqual([id, id]);
    expect((second?.at ?? 0) - (first?.at ?? 0)).toBeGreaterThanOrEqual(5_000);
  });

  it('delivers to everybody else while one in twenty hooks hangs', async () => {
    const hanging = await receive();
    const healthy = await receive();
    hanging.answerWith('hang');
    const stuck = await program.addHook(hanging.url);
    await program.owe(stuck, [{}, {}, {}]);
    await program.wake(stuck);
    await hanging.waitForCount(3, patience);
    const hooks = await Promise.all(
      Array.from({ length: 19 }, (_, index) => program.addHook(`${healthy.url}/${index}`)),
    );
    const ids = (await Promise.all(hooks.map((hook) => program.owe(hook, [{}, {}])))).flat();
    await Promise.all(hooks.map((hook) => program.wake(hook)));
    await healthy.waitForCount(38, patience);
    expect(idsAt(healthy).toSorted()).toEqual(ids.toSorted());
    const { pending } = await program.database.repositories.deliveries.counts(stuck._id);
    expect(pending).toBe(3);
  });
});
