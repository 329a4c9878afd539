import { AppError } from '@envase/runtime';
import { waitFor } from '@envase/testing';
import { describe, expect, it } from 'vitest';
import { createMemoryKeys } from '../../test/memory-stores.ts';
import { isReplayed, serveWidgets } from '../../test/serve-widgets.ts';
import type { Reply } from '../endpoint.ts';

describe('what is stored', () => {
  it('holds neither a secret of the answer or the body, nor the key', async () => {
    const { app, post, store } = await serveWidgets(() => ({
      status: 201,
      body: { secret: 'canary-answer' },
    }));
    await using _ = app;
    await post('canary-key', { body: { signingKey: 'canary-body' } });
    expect(store.keys.size).toBe(1);
    expect(JSON.stringify([...store.keys])).not.toContain('canary');
    const repeat = await post('canary-key', { body: { signingKey: 'canary-body' } });
    expect(repeat.body).toEqual({ secret: 'canary-answer' });
  });

  it('is of one key only: an answer put under another does not open', async () => {
    const { app, post, store } = await serveWidgets();
    await using _ = app;
    await post('k1');
    await post('k2');
    const [one, other] = [...store.keys.values()];
    if (one && other) one.answer = other.answer ?? '';
    expect((await post('k1')).status).toBe(500);
  });
});

describe('a process that died while it ran', () => {
  it('keeps its key for a minute, then the request runs again', async () => {
    const gate = Promise.withResolvers<Reply>();
    const { app, post, store, clock, ring } = await serveWidgets((count) =>
      count === 1 ? gate.promise : { status: 201, body: { count } },
    );
    await using _ = app;
    const lost = post('k');
    await waitFor(() => store.keys.size === 1, { what: 'the key' });
    // Another process: nothing in it knows of the first.
    const alive = await serveWidgets(undefined, { store, clock, ring });
    await using __ = alive.app;
    clock.advance(59_999);
    expect((await alive.post('k')).status).toBe(409);
    clock.advance(1);
    const taken = await alive.post('k');
    expect([taken.status, isReplayed(taken)]).toEqual([201, null]);
    gate.resolve({ status: 201, body: { late: true } });
    expect((await lost).status).toBe(201);
    expect((await alive.post('k')).text).toBe(taken.text);
  });

  it('is told from one that only takes long, by the lease that this one renews', async () => {
    const gate = Promise.withResolvers<Reply>();
    const { app, post, store, clock, ran } = await serveWidgets(() => gate.promise, { leaseMs: 30 });
    await using _ = app;
    const slow = post('k');
    await waitFor(() => ran() === 1, { what: 'the request' });
    clock.advance(1_000);
    const [key] = store.keys.values();
    await waitFor(() => (key?.leaseUntil.getTime() ?? 0) > clock.now(), { what: 'a renewed lease' });
    gate.resolve({ status: 201, body: {} });
    await slow;
    expect(isReplayed(await post('k'))).toBe('true');
  });
});

describe('a store that is away', () => {
  const away = async () => {
    throw new AppError('unavailable', 'away');
  };

  it('lets nothing with a key run', async () => {
    const { app, post, ran } = await serveWidgets(undefined, {
      store: { ...createMemoryKeys(), begin: away },
    });
    await using _ = app;
    const { status, headers } = await post('k');
    expect([status, headers.get('retry-after'), ran()]).toEqual([503, '1', 0]);
  });

  it('does not take back what was done', async () => {
    const { app, post } = await serveWidgets(undefined, { store: { ...createMemoryKeys(), finish: away } });
    await using _ = app;
    expect((await post('k')).status).toBe(201);
    expect(app.logs.some(({ level }) => level === 'warn' || level === 40)).toBe(true);
  });

  it('does not hide why a request was refused', async () => {
    const refuse = () => {
      throw new AppError('not_found', 'There is nothing here');
    };
    const { app, post } = await serveWidgets(refuse, { store: { ...createMemoryKeys(), release: away } });
    await using _ = app;
    expect((await post('k')).status).toBe(404);
  });
});
