import { waitFor } from '@envase/testing';
import { describe, expect, it, onTestFinished } from 'vitest';
import { type Answers, refusal, startPlatform } from '../../test/platform.ts';
import { createPullPeer } from '../../test/pull-peer.ts';
import { EnvaseError } from '../index.ts';
import { type ConsumeOptions, consumeDeliveries } from './consume-deliveries.ts';
import type { CursorStore } from './cursor-store.ts';

/** A cursor that tells the order in which things happened. */
function createLoggedCursor(log: string[], at: string | null = null): CursorStore & { at(): string | null } {
  let current = at;
  return {
    at: () => current,
    load: async () => current,
    async save(cursor) {
      current = cursor;
      log.push(`saved ${cursor}`);
    },
  };
}

async function startConsuming(options: Partial<ConsumeOptions> & { answer?: Answers; at?: string } = {}) {
  const log: string[] = [];
  const errors: unknown[] = [];
  const owed = createPullPeer();
  const { client, calls } = await startPlatform({
    api: (request, index) => (options.answer ? options.answer(request, index) : owed.answer(request, index)),
    client: { attempts: 1 },
  });
  const cursor = createLoggedCursor(log, options.at ?? null);
  const stop = new AbortController();
  const done = consumeDeliveries({
    client,
    webhookId: 'w1',
    cursor,
    signal: stop.signal,
    onEvent: ({ id }) => void log.push(id),
    onError: (error) => errors.push(error),
    ...options,
  });
  onTestFinished(async () => {
    stop.abort();
    await done.catch((error) => expect(error).toBeInstanceOf(EnvaseError));
  });
  return { log, errors, owed, calls, cursor, stop, done };
}

describe('a consumer', () => {
  it('takes what is owed in order, and moves its cursor only after each was handled', async () => {
    const { log, owed } = await startConsuming({ limit: 2 });
    owed.add('e1', 'e2', 'e3');
    await waitFor(() => log.length === 6, { what: () => log.join() });
    owed.add('e4');
    await waitFor(() => log.length === 8, { what: () => log.join() });
    expect(log).toEqual(['e1', 'saved 1', 'e2', 'saved 2', 'e3', 'saved 3', 'e4', 'saved 4']);
  });

  it('goes on after the cursor that was saved', async () => {
    const { log, owed, calls } = await startConsuming({ at: '2' });
    owed.add('e1', 'e2', 'e3');
    await waitFor(() => log.length === 2, { what: () => log.join() });
    expect(log).toEqual(['e3', 'saved 3']);
    expect(calls()[0]?.path).toBe('/api/deliveries?webhook=w1&after=2&wait=25');
  });

  it('goes on after a page of which nothing is kept any more', async () => {
    const { log, calls } = await startConsuming({
      answer: (_request, index) => {
        if (index === 0) return { json: { data: [], nextCursor: '50' } };
        return index === 1
          ? { json: { data: [{ cursor: '51', event: { id: 'e1' } }], nextCursor: null } }
          : 'hang';
      },
    });
    await waitFor(() => log.length === 2, { what: () => log.join() });
    expect(calls()[1]?.path).toContain('after=50');
    expect(log).toEqual(['e1', 'saved 51']);
  });

  it('gives an event again until it is handled, and none after it before', async () => {
    const seen: string[] = [];
    const { errors, owed, cursor } = await startConsuming({
      onEvent: async ({ id }) => {
        seen.push(id);
        // Also what looks like a refusal: it is the handler's own matter.
        if (id === 'e1' && seen.length < 3) throw new EnvaseError(404, { code: 'not_found' });
      },
    });
    owed.add('e1', 'e2');
    await waitFor(() => cursor.at() === '2', { what: () => seen.join() });
    expect(seen).toEqual(['e1', 'e1', 'e1', 'e2']);
    expect(errors).toHaveLength(2);
  });

  it('gives the last event again after a crash between handling and saving', async () => {
    const crash = Promise.withResolvers<void>();
    const first = await startConsuming({
      cursor: { load: async () => null, save: () => crash.promise },
    });
    first.owed.add('e1');
    await waitFor(() => first.log.includes('e1'), { what: () => first.log.join() });
    const next = await startConsuming({ answer: first.owed.answer });
    await waitFor(() => next.log.length === 2, { what: () => next.log.join() });
    expect(next.log).toEqual(['e1', 'saved 1']);
    crash.resolve();
  });

  it('tries again to save, without handling the event again', async () => {
    const log: string[] = [];
    let isBroken = true;
    const { owed, errors } = await startConsuming({
      onEvent: ({ id }) => void log.push(id),
      cursor: {
        load: async () => null,
        async save(cursor) {
          if (isBroken) {
            isBroken = false;
            throw new Error('the disk is full');
          }
          log.push(`saved ${cursor}`);
        },
      },
    });
    owed.add('e1');
    await waitFor(() => log.length === 2, { what: () => log.join() });
    expect(log).toEqual(['e1', 'saved 1']);
    expect(errors).toEqual([new Error('the disk is full')]);
  });

  it('outlives a platform that is away or busy', async () => {
    const owed = createPullPeer();
    owed.add('e1');
    const { log, errors } = await startConsuming({
      answer: (request, index) => {
        if (index === 0) return 'drop';
        return index === 1 ? refusal(503, 'unavailable') : owed.answer(request, index);
      },
    });
    await waitFor(() => log.includes('saved 1'), { what: () => log.join() });
    expect(errors).toHaveLength(2);
  });

  it('ends where pulling is refused, such as with a cursor that expired', async () => {
    const { done } = await startConsuming({ answer: () => refusal(410, 'cursor_expired') });
    await expect(done).rejects.toMatchObject({ status: 410, code: 'cursor_expired' });
  });

  it('ends amid a long poll when it is told to', async () => {
    const { done, stop, calls } = await startConsuming();
    await waitFor(() => calls().length === 1, { what: 'the long poll' });
    stop.abort();
    await done;
  });

  it('handles and saves what it has begun, and no more, when it is told to end', async () => {
    const handling = Promise.withResolvers<void>();
    const log: string[] = [];
    const { done, stop, owed, cursor } = await startConsuming({
      onEvent: async ({ id }) => {
        log.push(id);
        await handling.promise;
      },
    });
    owed.add('e1', 'e2');
    await waitFor(() => log.length === 1, { what: 'the first event' });
    stop.abort();
    handling.resolve();
    await done;
    expect([log, cursor.at()]).toEqual([['e1'], '1']);
  });

  it('does not ask without a pause where nobody waits with the answer', async () => {
    const { calls, stop, done } = await startConsuming({
      answer: () => ({ json: { data: [], nextCursor: null } }),
    });
    await waitFor(() => calls().length >= 4, { what: 'four questions' });
    stop.abort();
    await done;
    const [first, last] = [calls()[0]?.at ?? 0, calls().at(-1)?.at ?? 0];
    // On average half a second; that three pauses together are as short as this is one in 50,000.
    expect(last - first).toBeGreaterThan(50);
  });
});
