import { AppError, createTestClock } from '@envase/runtime';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { createMemoryAudit } from '../../test/memory-stores.ts';
import { send, serve } from '../../test/serve.ts';
import type { Authenticator } from '../authentication/authenticator.ts';
import { endpoint, type Reply } from '../endpoint.ts';
import type { Around, Method, Route } from '../router.ts';
import { createAudit } from './audit.ts';
import type { AuditStore } from './audit-store.ts';
import { hashOf } from './chain.ts';
import { settleAudit } from './settle-audit.ts';
import { verifyAudit, verifyAuditCommand } from './verify-audit.ts';

const START_MS = Date.UTC(2026, 10, 24);
const authenticate: Authenticator = async (orgs = '') => ({
  clientId: 'c1',
  grants: orgs.split(' ').map((orgId) => ({ orgId, svcId: '*' })),
  scopes: ['connectdata/events'],
  tokenId: 'jti-1',
});

async function serveAudited(
  handle: () => Reply | Promise<Reply> = () => ({ status: 201, body: { id: 'new-1', secret: 'canary' } }),
  { store = createMemoryAudit(), around = [] as Around[], changes = {} as Partial<AuditStore> } = {},
) {
  const clock = createTestClock(START_MS);
  const audit = createAudit({ store: { ...store, ...changes }, clock, exempt: ['/exempt'] });
  const route = (method: Method, path: string): Route => ({
    method,
    path,
    endpoint: endpoint({
      scope: 'connectdata/events',
      params: z.object({ id: z.string().optional(), kind: z.string().optional() }),
      body: z.unknown(),
      handle,
    }),
  });
  const methods = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'] as const;
  const app = await serve(
    [
      ...methods.flatMap((method) => [route(method, '/things'), route(method, '/things/:id')]),
      route('PUT', '/logins/:kind'),
      route('POST', '/exempt'),
    ],
    { authenticate, around: [audit, ...around] },
  );
  const call = (method: string, path: string, { body = {} as unknown, orgs = 'o1' } = {}) => {
    const headers = { authorization: orgs, 'x-request-id': 'r-1' };
    return send(`${app.url}${path}`, { method, headers, ...(method === 'GET' ? {} : { body }) });
  };
  return { app, store, clock, call };
}

describe('a mutating call', () => {
  it('leaves one row that says who, what, when and what became of it', async () => {
    const { app, store, call } = await serveAudited();
    await using _ = app;
    await call('POST', '/things', { body: { signingKey: 'canary' } });
    expect(store.rows).toEqual([
      {
        _id: 'o1~1',
        n: 1,
        chain: 'o1',
        callId: expect.any(String),
        at: new Date(START_MS),
        requestId: 'r-1',
        clientId: 'c1',
        tokenId: 'jti-1',
        address: expect.stringContaining('127.0.0.1'),
        method: 'POST',
        route: '/things',
        target: 'new-1',
        status: 201,
        isReplay: false,
        before: null,
        after: null,
        previous: '0'.repeat(64),
        hash: expect.stringMatching(/^[0-9a-f]{64}$/),
      },
    ]);
    expect(store.notes.size).toBe(0);
    expect(JSON.stringify(store.rows)).not.toContain('canary');
    expect(app.logs.find(({ msg }) => msg === 'Audited')).toMatchObject({ chain: 'o1', n: 1 });
  });

  it.each(['POST', 'PUT', 'PATCH', 'DELETE'])('is %s', async (method) => {
    const { app, store, call } = await serveAudited(() => ({ status: 204 }));
    await using _ = app;
    await call(method, '/things/7');
    await call('GET', '/things/7');
    await call('POST', '/exempt');
    expect(store.rows).toMatchObject([{ method, route: '/things/:id', target: '7', status: 204 }]);
  });

  it('is about what the path names, or what its handler says', async () => {
    const after = { name: 'n', parts: [1] };
    const { app, store, call } = await serveAudited(() => ({ status: 200, audit: { target: 't', after } }));
    await using _ = app;
    await call('PUT', '/logins/apm');
    expect(store.rows).toMatchObject([
      { target: 't', before: null, after: hashOf({ parts: [1], name: 'n' }) },
    ]);
    const plain = await serveAudited(() => ({ status: 200, body: { json: '{"id":"x"}' } }));
    await using __ = plain.app;
    await plain.call('PUT', '/logins/apm');
    await plain.call('POST', '/things');
    expect(plain.store.rows.map(({ target }) => target)).toEqual(['apm', 'x']);
  });

  it('that is refused leaves a row with its status, and the refusal as it was', async () => {
    const { app, store, call } = await serveAudited(() => {
      throw new AppError('conflict', 'It is taken');
    });
    await using _ = app;
    expect((await call('POST', '/things')).body).toMatchObject({ code: 'conflict', message: 'It is taken' });
    expect(store.rows).toMatchObject([{ status: 409, target: null }]);
  });

  it('that never reached its handler changed nothing and leaves none', async () => {
    const { app, store, call } = await serveAudited();
    await using _ = app;
    expect((await call('POST', '/things', { body: '{' })).status).toBe(400);
    expect([store.rows, store.notes.size]).toEqual([[], 0]);
  });

  it('that is only answered again says so', async () => {
    const replay: Around = async () => ({ status: 201, headers: { 'Idempotency-Replayed': 'true' } });
    const { app, store, call } = await serveAudited(undefined, { around: [replay] });
    await using _ = app;
    await call('POST', '/things');
    expect(store.rows).toMatchObject([{ status: 201, isReplay: true }]);
  });
});

describe('the chain of a call', () => {
  it.each([
    ['the organization that it names', { body: { orgId: 'o2' }, orgs: 'o1 o2' }, 'o2'],
    ['the only one of its client', { body: {}, orgs: 'o1' }, 'o1'],
    ['the platform, where it could be several', { body: {}, orgs: 'o1 o2' }, 'platform'],
    ['the platform, where it names one that is foreign', { body: { orgId: 'o9' }, orgs: 'o1' }, 'platform'],
    [
      'the platform, where what it names is no text',
      { body: { orgId: { $ne: '' } }, orgs: 'o1 o2' },
      'platform',
    ],
  ])('is %s', async (_name, by, chain) => {
    const { app, store, call } = await serveAudited();
    await using _ = app;
    await call('POST', '/things', by);
    expect(store.rows.map((row) => row.chain)).toEqual([chain]);
  });

  it('holds after 300 calls at once in two processes, one row each', async () => {
    const one = await serveAudited();
    const other = await serveAudited(undefined, { store: one.store });
    await using _ = one.app;
    await using __ = other.app;
    await Promise.all(Array.from({ length: 300 }, (_n, n) => (n % 2 ? one : other).call('POST', '/things')));
    expect(await verifyAudit(one.store, 'o1')).toMatchObject({ ok: true, rows: 300, head: { n: 300 } });
    expect(one.store.notes.size).toBe(0);
  });
});

describe('a crash', () => {
  const away = async () => {
    throw new AppError('unavailable', 'away');
  };

  it('before the call leaves it unmade: without its note nothing runs', async () => {
    let ran = 0;
    const count = () => {
      ran += 1;
      return { status: 201 };
    };
    const { app, call } = await serveAudited(count, { changes: { open: away } });
    await using _ = app;
    expect([(await call('POST', '/things')).status, ran]).toEqual([503, 0]);
  });

  it('between call and row is no success, keeps the note, and gets a row without a status later', async () => {
    const { app, store, clock, call } = await serveAudited(undefined, { changes: { insert: away } });
    await using _ = app;
    expect((await call('POST', '/things/7')).status).toBe(503);
    expect([store.rows.length, store.notes.size]).toEqual([0, 1]);
    expect(await settleAudit({ store, clock })).toBe(0);
    const later = new Date(START_MS + 60_000);
    const report = await verifyAuditCommand({ store, now: later });
    expect(report).toMatchObject({
      ok: true,
      chains: [],
      unfinished: [{ route: '/things/:id', target: '7' }],
    });
    clock.advance(10 * 60_000 + 1);
    expect(await settleAudit({ store, clock })).toBe(1);
    expect(store.rows).toMatchObject([{ chain: 'o1', n: 1, target: '7', status: null }]);
    expect(store.notes.size).toBe(0);
  });

  it('between row and note makes no second row', async () => {
    const { app, store, clock, call } = await serveAudited(undefined, { changes: { close: away } });
    await using _ = app;
    expect((await call('POST', '/things')).status).toBe(201);
    clock.advance(10 * 60_000 + 1);
    expect(await settleAudit({ store, clock })).toBe(1);
    expect(store.rows).toMatchObject([{ status: 201 }]);
    expect([store.rows.length, store.notes.size]).toEqual([1, 0]);
  });

  it('does not hide why a call was refused', async () => {
    const refuse = () => {
      throw new AppError('not_found', 'There is nothing here');
    };
    const { app, store, call } = await serveAudited(refuse, { changes: { insert: away } });
    await using _ = app;
    expect((await call('DELETE', '/things/7')).status).toBe(404);
    expect(store.notes.size).toBe(1);
  });
});

describe('envase audit verify', () => {
  it('judges every chain, and those that only an earlier report knew', async () => {
    const { app, store, call } = await serveAudited();
    await using _ = app;
    for (const orgs of ['o1', 'o1', 'o2', 'o1 o2']) await call('POST', '/things', { orgs });
    const report = await verifyAuditCommand({ store });
    expect(report.chains.map(({ chain, ok, rows }) => [chain, ok, rows])).toEqual([
      ['o1', true, 2],
      ['o2', true, 1],
      ['platform', true, 1],
    ]);
    const marks = Object.fromEntries(
      report.chains.flatMap(({ chain, head }) => (head ? [[chain, head] as const] : [])),
    );
    expect(await verifyAuditCommand({ store }, { marks })).toEqual(report);
    store.rows.splice(1, 2);
    expect((await verifyAuditCommand({ store })).ok).toBe(true);
    const { ok, chains } = await verifyAuditCommand({ store }, { marks });
    expect(ok).toBe(false);
    expect(chains.map(({ chain, brokenAt }) => [chain, brokenAt])).toEqual([
      ['o1', 2],
      ['o2', 1],
      ['platform', null],
    ]);
    expect((await verifyAuditCommand({ store }, { chain: 'platform' })).chains).toHaveLength(1);
  });
});
