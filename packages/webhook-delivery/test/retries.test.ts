import { attemptDelaysMs } from '@envase/domain';
import { createSender } from '@envase/egress';
import { describe, expect, it } from 'vitest';
import { useWorld } from './world.ts';

const world = useWorld();
const hour = 60 * 60_000;

describe('a receiver that fails', () => {
  it('is tried ten times over 75 h, then the delivery is a dead letter with its attempts', async () => {
    const { receive, addHook, owe, drain, delivery, clock } = world();
    const receiver = await receive();
    receiver.answerWith({ status: 500, body: 'out of order' });
    const hook = await addHook(receiver.url);
    const [due] = await owe(hook, [{}]);
    const startedAt = clock.now();
    const sentAt: number[] = [];
    for (let tried = 1; tried <= attemptDelaysMs.length; tried += 1) {
      await drain(hook);
      expect(receiver.requests).toHaveLength(tried);
      sentAt.push(clock.now());
      const { dueAt } = await delivery(due?._id ?? '');
      if (!dueAt) break;
      // A moment before its time nothing is sent.
      clock.advance(dueAt.getTime() - clock.now() - 1);
      await drain(hook);
      expect(receiver.requests).toHaveLength(tried);
      clock.advance(1);
    }
    expect(sentAt.map((at, index) => at - (sentAt[index - 1] ?? startedAt))).toEqual([...attemptDelaysMs]);
    expect((clock.now() - startedAt) / hour).toBeGreaterThan(75);
    const stored = await delivery(due?._id ?? '');
    expect(stored).toMatchObject({ state: 'dead', attemptCount: 10 });
    expect(stored.attempts).toHaveLength(10);
    expect(stored.attempts[9]).toMatchObject({ status: 500, error: null, answer: 'out of order' });
    const ids = new Set(receiver.requests.map(({ headers }) => headers['webhook-id']));
    expect([...ids]).toEqual([due?.eventId]);
    await drain(hook);
    expect(receiver.requests).toHaveLength(10);
  });

  it('waits a little longer than the schedule, by up to a tenth', async () => {
    const { receive, addHook, owe, drain, delivery, clock } = world();
    const receiver = await receive();
    receiver.answerWith(500);
    const hook = await addHook(receiver.url);
    const [due] = await owe(hook, [{}]);
    await drain(hook, { random: () => 0.999 });
    const { dueAt } = await delivery(due?._id ?? '');
    expect(dueAt?.getTime()).toBe(clock.now() + Math.ceil(5_000 * 1.0999));
  });

  it.each([400, 404, 422, 500, 503])('with status %i is tried again', async (status) => {
    const { receive, addHook, owe, drain, delivery } = world();
    const receiver = await receive();
    receiver.answerWith(status);
    const hook = await addHook(receiver.url);
    const [due] = await owe(hook, [{}]);
    await drain(hook);
    expect(await delivery(due?._id ?? '')).toMatchObject({ state: 'retrying', attempts: [{ status }] });
  });

  it.each([301, 302, 307, 308])('by redirect %i is not followed', async (status) => {
    const { receive, addHook, owe, drain, delivery } = world();
    const receiver = await receive();
    receiver.answerWith(({ path }) =>
      path === '/hook' ? { status, headers: { location: `${receiver.url}/elsewhere` } } : 200,
    );
    const hook = await addHook(`${receiver.url}/hook`);
    const [due] = await owe(hook, [{}]);
    await drain(hook);
    expect(await delivery(due?._id ?? '')).toMatchObject({ state: 'retrying', attempts: [{ status }] });
    expect(receiver.requests.map(({ path }) => path)).toEqual(['/hook']);
  });

  it('by hanging is given up when the time is over', async () => {
    const { receive, addHook, owe, drain, delivery } = world();
    const receiver = await receive();
    receiver.answerWith('hang');
    const hook = await addHook(receiver.url);
    const [due] = await owe(hook, [{}]);
    const sender = createSender({ policy: { allowHosts: ['127.0.0.1'] }, timeouts: { totalMs: 100 } });
    await drain(hook, { sender });
    await sender.close();
    const { state, attempts } = await delivery(due?._id ?? '');
    expect(state).toBe('retrying');
    expect(attempts[0]).toMatchObject({ status: null, answer: null });
    expect(attempts[0]?.error).toMatch(/^timeout: /);
    expect(attempts[0]?.durationMs).toBeGreaterThanOrEqual(90);
  });

  it('by being nowhere is tried again', async () => {
    const { receive, addHook, owe, drain, delivery } = world();
    const receiver = await receive();
    receiver.answerWith('drop');
    const hook = await addHook(receiver.url);
    const nowhere = await addHook('http://127.0.0.1:1/hook');
    const [cut] = await owe(hook, [{}]);
    const [refused] = await owe(nowhere, [{}]);
    await drain(hook);
    await drain(nowhere);
    expect((await delivery(cut?._id ?? '')).attempts[0]?.error).toMatch(/^reset: /);
    expect((await delivery(refused?._id ?? '')).attempts[0]?.error).toMatch(/^connect: /);
  });

  it('at an address that became private is not asked', async () => {
    const { receive, addHook, owe, drain, delivery } = world();
    const receiver = await receive();
    const hook = await addHook(receiver.url);
    const [due] = await owe(hook, [{}]);
    const sender = createSender({ policy: { allowHttp: true } });
    await drain(hook, { sender });
    await sender.close();
    expect(receiver.requests).toHaveLength(0);
    const { state, attempts } = await delivery(due?._id ?? '');
    expect(state).toBe('retrying');
    expect(attempts[0]?.error).toMatch(/^blocked: /);
  });
});

describe('Retry-After', () => {
  it.each([
    [429, '3600', 3_600_000],
    [503, '3600', 3_600_000],
    [503, '1', 5_000],
    [503, '172800', 24 * hour],
    [500, '3600', 5_000],
  ])('of a %i asking for %s s leads to the next attempt after %i ms', async (status, seconds, waitMs) => {
    const { receive, addHook, owe, drain, delivery, clock } = world();
    const receiver = await receive();
    receiver.answerWith({ status, headers: { 'retry-after': seconds } });
    const hook = await addHook(receiver.url);
    const [due] = await owe(hook, [{}]);
    await drain(hook);
    expect((await delivery(due?._id ?? '')).dueAt).toEqual(new Date(clock.now() + waitMs));
  });
});
