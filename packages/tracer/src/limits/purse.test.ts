import type { RequestBudget } from '@envase/queues';
import { waitFor } from '@envase/testing';
import { describe, expect, it } from 'vitest';
import { BudgetSpentError, createPurse } from './purse.ts';

const manifest = { id: 'apm', limits: { perSecond: 1 } };

/** A budget that allows what it is told to, and asks to come back 5 ms later otherwise. */
function startPurse(allowed = 0) {
  const state = { allowed, taken: 0, asked: 0 };
  const budget: RequestBudget = {
    async take() {
      state.asked += 1;
      if (state.taken >= state.allowed) return 5;
      state.taken += 1;
      return 0;
    },
  };
  const purse = createPurse({ budget, manifest, credential: 'platform' });
  const order: string[] = [];
  const reserve = async (name: string) => {
    await purse.reserve();
    order.push(name);
  };
  const spend = async (name: string, signal = new AbortController().signal) => {
    await purse.spend(signal);
    order.push(name);
  };
  return { state, purse, order, reserve, spend };
}

describe('a purse', () => {
  it('lets requests go in the order of asking, those of a run under way first', async () => {
    const { state, order, reserve, spend } = startPurse();
    const all = [reserve('one'), reserve('two'), spend('page')];
    for (const count of [1, 2, 3]) {
      state.allowed = count;
      await waitFor(() => order.length === count, { what: `${count} requests` });
    }
    expect(order).toEqual(['page', 'one', 'two']);
    await Promise.all(all);
  });

  it('takes one request for a reservation and the request it was for', async () => {
    const { state, reserve, spend } = startPurse(1);
    await reserve('one');
    await spend('one');
    expect(state.taken).toBe(1);
  });

  it('forgets nobody who comes just as the one before goes', async () => {
    const { order, reserve } = startPurse(200);
    const one = async (name: string) => {
      for (let n = 0; n < 50; n += 1) await reserve(name);
    };
    await Promise.all(['a', 'b', 'c', 'd'].map(one));
    expect(order).toHaveLength(200);
  });

  it('keeps a pace where a minute has a limit, but lets a run under way go on', async () => {
    const clock = { now: 0 };
    const limits = { perMinute: 6 };
    const purse = createPurse({
      budget: { take: async () => 0 },
      manifest: { id: 'bnsf', limits },
      credential: 'platform',
      now: () => clock.now,
    });
    await purse.reserve();
    await purse.reserve();
    let isLetGo = false;
    const third = purse.reserve().then(() => {
      isLetGo = true;
    });
    const { signal } = new AbortController();
    // The two that are kept, and one of a run that needs a third.
    for (let n = 0; n < 3; n += 1) await purse.spend(signal);
    expect(isLetGo).toBe(false);
    clock.now += 60_000;
    const fourth = purse.reserve();
    await Promise.all([third, fourth]);
  });

  it('is idle when nobody waits for a request', async () => {
    const { state, purse, reserve } = startPurse();
    await purse.idle();
    const waiting = reserve('one');
    let isIdle = false;
    const idle = purse.idle().then(() => {
      isIdle = true;
    });
    await waitFor(() => state.asked >= 3, { what: 'the budget to be asked again' });
    expect(isIdle).toBe(false);
    state.allowed = 1;
    await Promise.all([waiting, idle]);
    expect(state.taken).toBe(1);
  });

  it('lets nobody wait past the signal', async () => {
    const { order, purse, spend } = startPurse();
    const controller = new AbortController();
    const late = expect(spend('late', controller.signal)).rejects.toThrow(BudgetSpentError);
    controller.abort();
    await late;
    await purse.idle();
    expect(order).toEqual([]);
  });

  it('hands on that the budget cannot be read, and goes on when it can', async () => {
    let isAway = true;
    const take = async () => {
      if (isAway) throw new Error('Redis is away');
      return 0;
    };
    const purse = createPurse({ budget: { take }, manifest, credential: 'platform' });
    await expect(purse.reserve()).rejects.toThrow('Redis is away');
    isAway = false;
    await purse.reserve();
  });

  it('turns everybody away once it is closed', async () => {
    const { purse, reserve } = startPurse();
    const waiting = expect(reserve('one')).rejects.toThrow(BudgetSpentError);
    purse.close();
    await waiting;
    await expect(reserve('two')).rejects.toThrow(BudgetSpentError);
    await purse.idle();
  });
});
