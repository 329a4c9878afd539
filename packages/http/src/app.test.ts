import { get, request } from 'node:http';
import { AppError } from '@envase/runtime';
import { waitFor } from '@envase/testing';
import { describe, expect, it } from 'vitest';
import { send, serve } from '../test/serve.ts';
import { endpoint } from './endpoint.ts';
import type { Route } from './router.ts';

const ping: Route = {
  method: 'GET',
  path: '/ping/:id',
  endpoint: endpoint({ scope: null, handle: ({ address }) => ({ status: 200, body: { address } }) }),
};

function failing(error: unknown): Route {
  const handle = () => {
    throw error;
  };
  return { method: 'GET', path: '/fail', endpoint: endpoint({ scope: null, handle }) };
}

describe('every answer', () => {
  it('carries a request id and safe headers, and does not name the server', async () => {
    await using app = await serve([ping]);
    const { headers } = await send(`${app.url}/ping/1`);
    expect(headers.get('x-request-id')).toMatch(/^[0-9a-f-]{36}$/);
    expect(headers.get('x-content-type-options')).toBe('nosniff');
    expect(headers.get('cache-control')).toBe('no-store');
    expect(headers.get('x-powered-by')).toBeNull();
    expect(headers.get('server')).toBeNull();
  });

  it('keeps a harmless X-Request-Id and replaces any other', async () => {
    await using app = await serve([ping]);
    const kept = await send(`${app.url}/ping/1`, { headers: { 'x-request-id': 'tms-42.a_b' } });
    expect(kept.headers.get('x-request-id')).toBe('tms-42.a_b');
    for (const bad of ['a b', '{"x":1}', 'x'.repeat(65)]) {
      const answer = await send(`${app.url}/ping/1`, { headers: { 'x-request-id': bad } });
      expect(answer.headers.get('x-request-id')).toMatch(/^[0-9a-f-]{36}$/);
    }
  });
});

describe('refusals', () => {
  it('answers an unknown path with 404, code and request id', async () => {
    await using app = await serve([ping]);
    const { status, body, headers } = await send(`${app.url}/nowhere`);
    expect(status).toBe(404);
    expect(body).toMatchObject({ code: 'not_found', requestId: headers.get('x-request-id') });
    expect(headers.get('content-type')).toBe('application/json; charset=utf-8');
  });

  it('answers another method of a known path with 405 and Allow', async () => {
    await using app = await serve([ping]);
    const { status, body, headers } = await send(`${app.url}/ping/1`, { method: 'PATCH', body: {} });
    expect(status).toBe(405);
    expect(body).toMatchObject({ code: 'method_not_allowed' });
    expect(headers.get('allow')).toBe('GET, HEAD, OPTIONS');
    const options = await send(`${app.url}/ping/1`, { method: 'OPTIONS' });
    expect([options.status, options.headers.get('allow')]).toEqual([204, 'GET, HEAD, OPTIONS']);
  });

  it('answers a token in the URL with 400, on known and unknown paths, beside a good header too', async () => {
    await using app = await serve([ping]);
    for (const path of [
      '/ping/1?access_token=abc',
      '/nowhere?a=1&access%5Ftoken=abc',
      '/ping/1?access_token=',
    ]) {
      const { status, body } = await send(`${app.url}${path}`, { headers: { authorization: 'Bearer x' } });
      expect(status).toBe(400);
      expect(body).toMatchObject({ code: 'invalid_request', details: [{ path: 'query.access_token' }] });
    }
    expect(JSON.stringify(app.logs)).not.toContain('abc');
  });

  it('tells nothing of an unexpected error but the request id, and logs it', async () => {
    await using app = await serve([failing(new Error('the inside is broken'))]);
    const { status, body, text } = await send(`${app.url}/fail`);
    expect(status).toBe(500);
    expect(text).not.toContain('inside');
    const line = app.logs.find((one) => one.msg === 'Request failed');
    expect(line).toMatchObject({ status: 500, requestId: body?.requestId });
    expect(JSON.stringify(line)).toContain('the inside is broken');
  });

  it.each([
    ['conflict', 409, null],
    ['cursor_expired', 410, null],
    ['idempotency_mismatch', 422, null],
    ['rate_limited', 429, '7'],
    ['unavailable', 503, '7'],
  ] as const)('maps %s to %i', async (code, status, retryAfter) => {
    await using app = await serve([failing(new AppError(code, 'said', { retryAfterSeconds: 6.2 }))]);
    const answer = await send(`${app.url}/fail`);
    expect(answer.status).toBe(status);
    expect(answer.body?.code).toBe(code);
    expect(answer.headers.get('retry-after')).toBe(retryAfter);
    expect(answer.text.includes('said')).toBe(status < 500);
  });
});

describe('the log line', () => {
  it('names method, route, status and time, and neither query nor body', async () => {
    const echo = endpoint({ scope: null, handle: () => ({ status: 201, body: {} }) });
    await using app = await serve([{ method: 'POST', path: '/echo/:id', endpoint: echo }]);
    await send(`${app.url}/echo/1?q=hidden-query`, { method: 'POST', body: { secret: 'hidden-body' } });
    expect(app.logs).toMatchObject([{ method: 'POST', route: '/echo/:id', status: 201, msg: 'Request' }]);
    expect(app.logs[0]?.ms).toBeTypeOf('number');
    expect(JSON.stringify(app.logs)).not.toContain('hidden');
  });
});

describe('overload and stopping', () => {
  it('answers what is above the limit with 503 and Retry-After, and the others as usual', async () => {
    const gate = Promise.withResolvers<void>();
    const wait = endpoint({
      scope: null,
      handle: async () => {
        await gate.promise;
        return { status: 200, body: {} };
      },
    });
    await using app = await serve([{ method: 'GET', path: '/wait', endpoint: wait }], { maxInFlight: 2 });
    const slow = [send(`${app.url}/wait`), send(`${app.url}/wait`)];
    await waitFor(() => app.inFlight() === 2, { what: 'two requests at work' });
    const refused = await send(`${app.url}/wait`);
    expect(refused.status).toBe(503);
    expect(refused.headers.get('retry-after')).toBe('1');
    gate.resolve();
    expect((await Promise.all(slow)).map((one) => one.status)).toEqual([200, 200]);
    expect(app.inFlight()).toBe(0);
  });

  it('finishes the requests at work when it stops, closes their connections and takes no more', async () => {
    const gate = Promise.withResolvers<void>();
    const wait = endpoint({
      scope: null,
      handle: async () => {
        await gate.promise;
        return { status: 200, body: { finished: true } };
      },
    });
    const app = await serve([{ method: 'GET', path: '/wait', endpoint: wait }]);
    const slow = send(`${app.url}/wait`);
    await waitFor(() => app.inFlight() === 1, { what: 'a request at work' });
    const stopped = app.stop();
    await expect(send(`${app.url}/wait`)).rejects.toThrow();
    gate.resolve();
    expect((await slow).body).toEqual({ finished: true });
    await stopped;
  });
});

describe('the address of a caller', () => {
  const forwarded = { 'x-forwarded-for': '203.0.113.9, 198.51.100.7' };

  it('is the connection, whatever a header says, without trusted proxies', async () => {
    await using app = await serve([ping]);
    expect((await send(`${app.url}/ping/1`, { headers: forwarded })).body).toEqual({ address: '127.0.0.1' });
  });

  it('is what the last trusted proxy saw, not what the caller invented before', async () => {
    await using app = await serve([ping], { trustedProxies: 1 });
    expect((await send(`${app.url}/ping/1`, { headers: forwarded })).body).toEqual({
      address: '198.51.100.7',
    });
  });
});

describe('the signal', () => {
  it('aborts when the caller hangs up', async () => {
    const seen = Promise.withResolvers<string>();
    const wait = endpoint({
      scope: null,
      handle: ({ signal }) =>
        new Promise(() => {
          signal.addEventListener('abort', () => seen.resolve('aborted'));
        }),
    });
    const app = await serve([{ method: 'GET', path: '/wait', endpoint: wait }]);
    const call = get(`${app.url}/wait`);
    call.on('error', (error) => expect(error.message).toContain('hang up'));
    await waitFor(() => app.inFlight() === 1, { what: 'a request at work' });
    call.destroy();
    expect(await seen.promise).toBe('aborted');
    await app.stop();
  });
});

it('answers HEAD like GET, without a body', async () => {
  await using app = await serve([ping]);
  const status = await new Promise((resolve) => {
    request(`${app.url}/ping/1`, { method: 'HEAD' }, (answer) => resolve(answer.statusCode)).end();
  });
  expect(status).toBe(200);
});
