import { Readable } from 'node:stream';
import { createTestClock } from '@envase/runtime';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { send, serve } from '../test/serve.ts';
import type { Authenticator } from './authentication/authenticator.ts';
import { insufficientScope, missingToken } from './authentication/challenges.ts';
import { endpoint, type Reply } from './endpoint.ts';
import { type Around, createRouter, type Route } from './router.ts';
import { createTokenBucket } from './token-bucket.ts';

const caller = { clientId: 'c1', grants: [], scopes: ['connectdata/events'] as const };
const authenticate: Authenticator = async (header) => {
  if (header === undefined) throw missingToken();
  return { ...caller, clientId: header };
};

function route(reply: Reply): Route {
  return { method: 'GET', path: '/reply', endpoint: endpoint({ scope: null, handle: () => reply }) };
}

const widgets: Route = {
  method: 'POST',
  path: '/widgets/:id',
  endpoint: endpoint({
    scope: 'connectdata/events',
    params: z.object({ id: z.string().regex(/^\d+$/) }),
    query: z.object({ limit: z.coerce.number().max(10).default(5), color: z.string().optional() }),
    body: z.object({ name: z.string(), parts: z.array(z.object({ size: z.number() })) }),
    handle: ({ client, params, query, body, rawBody }) => ({
      status: 200,
      body: { client: client.clientId, params, query, body, bytes: rawBody.length },
    }),
  }),
};

const headers = { authorization: 'c7' };

describe('an endpoint', () => {
  it('receives the client and parsed input', async () => {
    await using app = await serve([widgets], { authenticate });
    const body = { name: 'n', parts: [{ size: 1 }], unknown: true };
    const answer = await send(`${app.url}/widgets/12?limit=7`, { method: 'POST', headers, body });
    expect(answer.body).toEqual({
      client: 'c7',
      params: { id: '12' },
      query: { limit: 7 },
      body: { name: 'n', parts: [{ size: 1 }] },
      bytes: JSON.stringify(body).length,
    });
    expect(app.logs.at(-1)).toMatchObject({ clientId: 'c7' });
  });

  it('lists the issues of query and body together, with their places', async () => {
    await using app = await serve([widgets], { authenticate });
    const body = { parts: [{ size: 1 }, { size: 'x' }] };
    const url = `${app.url}/widgets/12?limit=70&color=a&color=b`;
    const answer = await send(url, { method: 'POST', headers, body });
    expect(answer.status).toBe(400);
    const details = z.array(z.object({ path: z.string() })).parse(answer.body?.details);
    expect(details.map((one) => one.path)).toEqual(['query.limit', 'query.color', '/name', '/parts/1/size']);
  });

  it('answers a malformed id like an unknown one', async () => {
    await using app = await serve([widgets], { authenticate });
    for (const id of ['x', '%00', '%E0%A4%A', '..%2f']) {
      const answer = await send(`${app.url}/widgets/${id}`, { method: 'POST', headers, body: {} });
      expect(answer.status).toBe(404);
    }
  });

  it('answers 401 before it looks at a body, and 403 for a missing scope', async () => {
    const admin: Route = {
      method: 'GET',
      path: '/admin',
      endpoint: endpoint({ scope: 'connectdata/admin', handle: () => ({ status: 200, body: {} }) }),
    };
    await using app = await serve([widgets, admin], { authenticate });
    const anonymous = await send(`${app.url}/widgets/x?limit=x`, { method: 'POST', body: '{' });
    expect([anonymous.status, anonymous.headers.get('www-authenticate')]).toEqual([401, 'Bearer']);
    const refused = await send(`${app.url}/admin`, { headers });
    expect(refused.status).toBe(403);
    expect(refused.headers.get('www-authenticate')).toBe(
      'Bearer error="insufficient_scope", scope="connectdata/admin"',
    );
    expect(insufficientScope('a/b').code).toBe('forbidden');
  });

  it('hands raw bodies of any type to an endpoint that accepts any', async () => {
    const raw: Route = {
      method: 'POST',
      path: '/raw',
      endpoint: endpoint({
        scope: null,
        accepts: 'any',
        handle: ({ rawBody }) => ({ status: 200, body: { text: rawBody.toString() } }),
      }),
    };
    await using app = await serve([raw]);
    const answer = await send(`${app.url}/raw`, {
      method: 'POST',
      body: 'a=1',
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
    });
    expect(answer.body).toEqual({ text: 'a=1' });
  });
});

describe('a reply', () => {
  it.each<[string, Reply, number, string, string | null]>([
    ['an object', { status: 201, body: { a: 1 } }, 201, '{"a":1}', 'application/json; charset=utf-8'],
    ['an array', { status: 200, body: [1] }, 200, '[1]', 'application/json; charset=utf-8'],
    [
      'JSON text',
      { status: 200, body: { json: '{"n":1.0}' } },
      200,
      '{"n":1.0}',
      'application/json; charset=utf-8',
    ],
    ['text', { status: 200, body: 'a,b', headers: { 'Content-Type': 'text/csv' } }, 200, 'a,b', 'text/csv'],
    [
      'bytes',
      { status: 200, body: Buffer.from('x'), headers: { 'Content-Type': 'application/x-b' } },
      200,
      'x',
      'application/x-b',
    ],
    ['nothing', { status: 204 }, 204, '', null],
    ['nothing but a status', { status: 202 }, 202, '', null],
  ])('may be %s', async (_name, reply, status, text, type) => {
    await using app = await serve([route(reply)]);
    const answer = await send(`${app.url}/reply`);
    expect([answer.status, answer.text, answer.headers.get('content-type')]).toEqual([status, text, type]);
  });

  it('may be a stream', async () => {
    await using app = await serve([route({ status: 200, body: Readable.from(['a', 'b']) })]);
    expect((await send(`${app.url}/reply`)).text).toBe('ab');
  });

  it('overrides the default headers', async () => {
    await using app = await serve([route({ status: 200, body: {}, headers: { 'Cache-Control': 'public' } })]);
    expect((await send(`${app.url}/reply`)).headers.get('cache-control')).toBe('public');
  });
});

describe('a limit', () => {
  it('counts per client, shows all three headers, and answers 429 with Retry-After', async () => {
    const limit = createTokenBucket({ limit: 2, windowMs: 60_000, clock: createTestClock(0) });
    const limited: Route = {
      method: 'GET',
      path: '/limited',
      endpoint: endpoint({ scope: 'connectdata/events', limit, handle: () => ({ status: 200, body: {} }) }),
    };
    await using app = await serve([limited], { authenticate });
    const ask = (authorization: string) => send(`${app.url}/limited`, { headers: { authorization } });
    const answers = [await ask('a'), await ask('a'), await ask('a'), await ask('b')];
    expect(answers.map((one) => one.status)).toEqual([200, 200, 429, 200]);
    expect(answers.map((one) => one.headers.get('ratelimit-remaining'))).toEqual(['1', '0', '0', '1']);
    expect(answers.map((one) => one.headers.get('ratelimit-limit'))).toEqual(['2', '2', '2', '2']);
    expect(answers.map((one) => one.headers.get('ratelimit-reset'))).toEqual(['30', '60', '60', '30']);
    expect(answers.map((one) => one.headers.get('retry-after'))).toEqual([null, null, '30', null]);
    expect(answers[2]?.body).toMatchObject({ code: 'rate_limited' });
  });
});

describe('around', () => {
  it('wraps handlers outermost first, sees parsed input and may answer itself', async () => {
    const seen: string[] = [];
    const layer =
      (name: string): Around =>
      async (input, next) => {
        seen.push(`${name} ${input.method} ${input.route}`);
        const reply = await next();
        seen.push(`${name} ${reply.status}`);
        return reply;
      };
    const replay: Around = async ({ headers: { 'idempotency-key': key } }, next) =>
      key === 'again' ? { status: 200, body: {}, headers: { 'Idempotency-Replayed': 'true' } } : next();
    await using app = await serve([route({ status: 201, body: {} })], {
      around: [layer('a'), layer('b'), replay],
    });
    expect((await send(`${app.url}/reply`)).status).toBe(201);
    expect(seen).toEqual(['a GET /reply', 'b GET /reply', 'b 201', 'a 201']);
    const replayed = await send(`${app.url}/reply`, { headers: { 'idempotency-key': 'again' } });
    expect(replayed.headers.get('idempotency-replayed')).toBe('true');
  });
});

describe('starting', () => {
  it('refuses a route without a scope, a route twice, and a scope without an authenticator', () => {
    const open = endpoint({ scope: null, handle: () => ({ status: 200 }) });
    // The cast: what a file without types could do.
    const forgotten = endpoint({ handle: () => ({ status: 200 }) } as unknown as Parameters<
      typeof endpoint
    >[0]);
    const one: Route = { method: 'GET', path: '/a', endpoint: open };
    expect(() => createRouter([{ ...one, endpoint: forgotten }])).toThrow('GET /a has no scope');
    expect(() => createRouter([one, one])).toThrow('GET /a stands twice');
    expect(() => createRouter([widgets])).toThrow('there is no authenticator');
    expect(createRouter([one]).routes).toEqual([one]);
  });
});
