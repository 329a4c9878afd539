import { Readable } from 'node:stream';
import { AppError } from '@envase/runtime';
import { waitFor } from '@envase/testing';
import { describe, expect, it } from 'vitest';
import { isReplayed, serveWidgets } from '../../test/serve-widgets.ts';
import type { Reply } from '../endpoint.ts';

const DAY_MS = 86_400_000;

describe('a key', () => {
  it('answers a repeat with the first answer, to the letter, without running again', async () => {
    const reply: Reply = { status: 201, body: { json: '{"n":1.0}' }, headers: { Location: '/widgets/1' } };
    const { app, post, ran } = await serveWidgets(() => reply);
    await using _ = app;
    const [first, repeat] = [await post('k'), await post('k')];
    for (const { status, text, headers } of [first, repeat]) {
      expect([status, text, headers.get('location')]).toEqual([201, '{"n":1.0}', '/widgets/1']);
      expect(headers.get('content-type')).toBe('application/json; charset=utf-8');
    }
    expect([isReplayed(first), isReplayed(repeat), ran()]).toEqual([null, 'true', 1]);
    expect(repeat.headers.get('x-request-id')).not.toBe(first.headers.get('x-request-id'));
  });

  it.each<[string, Reply, string]>([
    ['nothing', { status: 202 }, ''],
    ['text', { status: 200, body: 'a,b', headers: { 'Content-Type': 'text/csv' } }, 'a,b'],
    ['bytes', { status: 200, body: Buffer.from('bytes') }, 'bytes'],
    ['an object', { status: 200, body: { a: 1, 2: 'b' } }, '{"2":"b","a":1}'],
  ])('gives back %s as it was', async (_name, reply, text) => {
    const { app, post, ran } = await serveWidgets(() => reply);
    await using _ = app;
    const answers = [await post('k'), await post('k')];
    expect(answers.map((one) => [one.status, one.text])).toEqual([
      [reply.status, text],
      [reply.status, text],
    ]);
    expect(answers[1]?.headers.get('content-type')).toBe(answers[0]?.headers.get('content-type'));
    expect(ran()).toBe(1);
  });

  it('refuses another body with 422, byte for byte', async () => {
    const { app, post, ran } = await serveWidgets();
    await using _ = app;
    await post('k', { body: '{"a":1}' });
    const other = await post('k', { body: '{"a": 1}' });
    expect([other.status, other.body?.code, ran()]).toEqual([422, 'idempotency_mismatch', 1]);
  });

  it('runs one of 1,000 requests at once; the others hear 409 or its answer', async () => {
    const { app, post, ran } = await serveWidgets();
    await using _ = app;
    const answers = await Promise.all(Array.from({ length: 1_000 }, () => post('k')));
    expect(ran()).toBe(1);
    const firsts = answers.filter((one) => one.status === 201 && isReplayed(one) === null);
    expect(firsts).toHaveLength(1);
    const others = answers.filter((one) => one !== firsts[0]);
    expect(others.every((one) => one.body?.code === 'conflict' || one.text === firsts[0]?.text)).toBe(true);
    expect((await post('k')).text).toBe(firsts[0]?.text);
  });

  it('runs one where two processes share the store', async () => {
    const one = await serveWidgets();
    const other = await serveWidgets(undefined, { store: one.store, ring: one.ring });
    await using _ = one.app;
    await using __ = other.app;
    await Promise.all(Array.from({ length: 60 }, (_n, n) => (n % 2 ? one : other).post('k')));
    expect(one.ran() + other.ran()).toBe(1);
    expect((await other.post('k')).text).toBe((await one.post('k')).text);
  });

  it('is refused with 409 while its request runs, and with 422 for another body', async () => {
    const gate = Promise.withResolvers<void>();
    const { app, post, ran } = await serveWidgets(async (count) => {
      await gate.promise;
      return { status: 201, body: { count } };
    });
    await using _ = app;
    const first = post('k');
    await waitFor(() => ran() === 1, { what: 'the first request' });
    const [repeat, other] = [await post('k'), await post('k', { body: { a: 1 } })];
    expect([repeat.status, repeat.body?.code]).toEqual([409, 'conflict']);
    expect(other.status).toBe(422);
    gate.resolve();
    expect((await first).status).toBe(201);
    expect(isReplayed(await post('k'))).toBe('true');
  });

  it.each<[string, () => Reply]>([
    [
      'thrown',
      () => {
        throw new AppError('not_found', 'There is nothing here');
      },
    ],
    ['answered', () => ({ status: 409, body: {} })],
    [
      'a fault of ours',
      () => {
        throw new Error('broken');
      },
    ],
    ['a stream, which cannot be given twice', () => ({ status: 200, body: Readable.from(['x']) })],
  ])('stays free where the answer is %s', async (_name, refuse) => {
    const { app, post, ran, store } = await serveWidgets((count) =>
      count === 1 ? refuse() : { status: 201, body: {} },
    );
    await using _ = app;
    await post('k');
    expect(store.keys.size).toBe(0);
    const next = await post('k', { body: { other: true } });
    expect([next.status, isReplayed(next), ran()]).toEqual([201, null, 2]);
  });

  it('is kept for seven days', async () => {
    const { app, post, clock, ran } = await serveWidgets();
    await using _ = app;
    await post('k');
    clock.advance(7 * DAY_MS - 1);
    expect(isReplayed(await post('k'))).toBe('true');
    clock.advance(1);
    expect(isReplayed(await post('k'))).toBeNull();
    expect(ran()).toBe(2);
  });

  it.each([
    ['an empty one', ''],
    ['a blank', 'a b'],
    ['256 characters', 'k'.repeat(256)],
    ['an umlaut', 'ä'],
  ])('that is %s is refused', async (_name, key) => {
    const { app, post, ran } = await serveWidgets();
    await using _ = app;
    const { status, body } = await post(key);
    expect([status, ran()]).toEqual([400, 0]);
    expect(body?.details).toMatchObject([{ path: 'header.Idempotency-Key' }]);
  });

  it('may be 255 visible characters', async () => {
    const { app, post } = await serveWidgets();
    await using _ = app;
    expect((await post(`${'~!'.repeat(127)}k`)).status).toBe(201);
  });
});

describe('what a key counts for', () => {
  it.each<[string, Parameters<Awaited<ReturnType<typeof serveWidgets>>['post']>[1]]>([
    ['client', { client: 'c2' }],
    ['route', { path: '/gadgets' }],
    ['thing that the path names', { path: '/widgets/2/test' }],
    ['organization', { body: { orgId: 'o2', svcId: 's1' } }],
    ['service, by its older name too', { body: { orgId: 'o1', tmsId: 's2' } }],
  ])('is one %s', async (_name, other) => {
    const { app, post, ran } = await serveWidgets();
    await using _ = app;
    const one = other?.path?.endsWith('/test') ? { path: '/widgets/1/test' } : {};
    await post('k', { body: { orgId: 'o1', svcId: 's1' }, ...one });
    const answer = await post('k', { body: { orgId: 'o1', svcId: 's1' }, ...other });
    expect([answer.status, isReplayed(answer), ran()]).toEqual([201, null, 2]);
  });

  it('is client and route where no organization and service are named', async () => {
    const { app, post } = await serveWidgets();
    await using _ = app;
    await post('k', { body: { orgId: 'o1' } });
    expect((await post('k', { body: { orgId: 'o2' } })).status).toBe(422);
  });

  it.each([
    ['no key', { key: undefined, path: '/widgets', method: 'POST' }],
    ['another method', { key: 'k', path: '/widgets', method: 'PUT' }],
    ['an exempt route', { key: 'a b', path: '/exempt', method: 'POST' }],
    ['a route without a client', { key: 'k', path: '/open', method: 'POST' }],
  ])('is nothing with %s', async (_name, { key, path, method }) => {
    const { app, post, ran, store } = await serveWidgets();
    await using _ = app;
    const answers = [await post(key, { path, method }), await post(key, { path, method })];
    expect(answers.map(isReplayed)).toEqual([null, null]);
    expect([ran(), store.keys.size]).toEqual([2, 0]);
  });
});
