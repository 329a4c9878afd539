import { gzipSync } from 'node:zlib';
import { afterEach, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { type PeerReply, type PeerRequest, startPeer } from '../conformance/peer.ts';
import { ProviderError } from '../provider.ts';
import { createProviderHttp, type ProviderHttp, type ProviderHttpOptions } from './http.ts';

const closers: (() => Promise<void> | void)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});

const schema = z.looseObject({ ok: z.boolean() });
const ok: PeerReply = { body: { ok: true } };

async function connect(
  replies: PeerReply[] | ((request: PeerRequest) => PeerReply),
  options: Partial<ProviderHttpOptions> = {},
) {
  const left = Array.isArray(replies) ? [...replies] : null;
  const peer = await startPeer((request) => {
    if (typeof replies === 'function') return replies(request);
    return (left && left.length > 1 ? left.shift() : left?.[0]) ?? ok;
  });
  const spent: number[] = [];
  const http = createProviderHttp({
    baseUrl: peer.baseUrl,
    timeoutMs: 5_000,
    spend: async () => {
      spent.push(Date.now());
    },
    ...options,
  });
  closers.push(peer.close, http.close);
  return { peer, http, spent };
}

async function failure(asked: Promise<unknown>): Promise<ProviderError> {
  const error = await asked.then(
    () => null,
    (thrown: unknown) => thrown,
  );
  if (!(error instanceof ProviderError)) throw new Error('no ProviderError', { cause: error });
  return error;
}

const get = (http: ProviderHttp) => http.ask({ path: '/rows', schema });

describe('createProviderHttp', () => {
  it('sends query, headers and body, and answers the checked JSON', async () => {
    const { http, peer } = await connect([ok], { headers: { 'x-key': 'one' } });
    const answer = await http.ask({ path: '/rows', query: { a: 'x,y' }, headers: { 'x-two': '2' }, schema });
    await http.ask({ method: 'POST', path: '/token', form: { grant: 'a b' }, schema });
    await http.ask({ method: 'POST', path: '/units', json: { list: [1] }, schema });
    expect(answer.body).toEqual({ ok: true });
    expect(peer.requests[0]?.query.get('a')).toBe('x,y');
    expect(peer.requests[0]?.headers).toMatchObject({ 'x-key': 'one', 'x-two': '2' });
    expect(peer.requests[1]).toMatchObject({ method: 'POST', body: 'grant=a+b' });
    expect(peer.requests[2]?.body).toBe('{"list":[1]}');
  });

  it('keeps the path of the base URL', async () => {
    const { peer } = await connect([ok]);
    const http = createProviderHttp({
      baseUrl: `${peer.baseUrl}/apm/`,
      timeoutMs: 5_000,
      spend: async () => undefined,
    });
    closers.push(http.close);
    await get(http);
    expect(peer.requests[0]?.path).toBe('/apm/rows');
  });

  it('asks over one kept connection', async () => {
    const { http, peer } = await connect([ok]);
    await get(http);
    await get(http);
    expect(peer.requests[1]?.connection).toBe(peer.requests[0]?.connection);
  });

  it.each([
    [401, 'login_failed'],
    [403, 'login_failed'],
    [429, 'rate_limited'],
    [400, 'provider_answer'],
    [404, 'provider_answer'],
    [405, 'provider_answer'],
    [302, 'provider_answer'],
    [204, 'provider_answer'],
    [408, 'provider_unavailable'],
    [500, 'provider_unavailable'],
    [503, 'provider_unavailable'],
    [504, 'provider_unavailable'],
  ] as const)('turns status %i into %s', async (status, code) => {
    const headers = { location: 'http://127.0.0.1:1/elsewhere' };
    const { http } = await connect([{ status, headers, body: status === 204 ? undefined : { error: 'no' } }]);
    expect((await failure(get(http))).code).toBe(code);
  });

  it('asks a GET once more after a 5xx or a broken connection, and spends for it', async () => {
    for (const first of [{ status: 503 }, { body: '{"ok":', cutAfter: 3 }]) {
      const { http, peer, spent } = await connect([first, ok]);
      expect((await get(http)).body.ok).toBe(true);
      expect(peer.requests).toHaveLength(2);
      expect(spent).toHaveLength(2);
    }
  });

  it('asks a GET never a third time, a POST never twice, and nothing again after 429', async () => {
    const down = await connect([{ status: 503 }]);
    await failure(get(down.http));
    await failure(down.http.ask({ method: 'POST', path: '/rows', json: {}, schema }));
    expect(down.peer.requests).toHaveLength(3);
    const limited = await connect([{ status: 429 }]);
    await failure(get(limited.http));
    expect(limited.peer.requests).toHaveLength(1);
  });

  it('tells how long to wait: by the header, else by the rule of the provider, else not', async () => {
    const cases: [PeerReply, number | null][] = [
      [{ status: 429, headers: { 'retry-after': '120' } }, 120_000],
      [{ status: 429 }, null],
      [{ status: 429, headers: { 'retry-after': 'soon' } }, null],
      [{ status: 503, headers: { 'retry-after': '30' } }, 30_000],
      [{ status: 504 }, 60_000],
    ];
    for (const [reply, expected] of cases) {
      const { http } = await connect([reply], { waitAfterStatusMs: { 504: 60_000 } });
      expect((await failure(get(http))).retryAfterMs).toBe(expected);
    }
    const { http } = await connect([
      { status: 429, headers: { 'retry-after': new Date(Date.now() + 90_000).toUTCString() } },
    ]);
    const { retryAfterMs } = await failure(get(http));
    expect(retryAfterMs).toBeGreaterThan(80_000);
    expect(retryAfterMs).toBeLessThanOrEqual(90_000);
  });

  it.each([
    ['a page', { headers: { 'content-type': 'text/html' }, body: '<html>Sign in</html>' }],
    ['JSON that says it is text', { headers: { 'content-type': 'text/plain' }, body: '{"ok":true}' }],
    ['half a document', { headers: { 'content-type': 'application/json' }, body: '{"ok":tr' }],
    ['nothing', { headers: { 'content-type': 'application/json' }, body: '' }],
    ['another form', { body: { error: 'secret-in-body' } }],
    [
      'a body that breaks off',
      { headers: { 'content-type': 'application/json' }, body: '{"ok":true}', cutAfter: 4 },
    ],
    ['too much', { body: { ok: true, filler: 'x'.repeat(70_000) } }],
  ] satisfies [string, PeerReply][])('calls %s a wrong answer', async (_name, reply) => {
    const { http } = await connect([reply], { responseLimitBytes: 64_000 });
    const error = await failure(get(http));
    expect(error.code).toBe('provider_answer');
    expect(error.message).not.toContain('secret-in-body');
  });

  it('counts the unpacked bytes of a compressed answer', async () => {
    const packed = gzipSync(JSON.stringify({ ok: true, filler: ' '.repeat(200_000) }));
    expect(packed.byteLength).toBeLessThan(2_000);
    const headers = { 'content-type': 'application/json', 'content-encoding': 'gzip' };
    const { http } = await connect([{ headers, body: packed }], { responseLimitBytes: 64_000 });
    expect((await failure(get(http))).code).toBe('provider_answer');
  });

  it('takes JSON of a +json type, of no type, and with a byte order mark', async () => {
    for (const reply of [
      { headers: { 'content-type': 'application/hal+json; charset=utf-8' }, body: '{"ok":true}' },
      { body: '{"ok":true}' },
      { headers: { 'content-type': 'application/json' }, body: '\ufeff{"ok":true}' },
    ]) {
      const { http } = await connect([reply]);
      expect((await get(http)).body.ok).toBe(true);
    }
  });

  it('answers what a 404 means where the provider says "not found" so, and only to its own error', async () => {
    const bodies: Record<string, PeerReply> = {
      own: { status: 404, body: { statusCode: 404 } },
      gateway: { status: 404, body: { message: 'no route' } },
      page: { status: 404, headers: { 'content-type': 'text/html' }, body: '<h1>404</h1>' },
      empty: { status: 404 },
    };
    const { http } = await connect((request) => bodies[request.query.get('as') ?? ''] ?? ok);
    const whenNotFound = { error: z.looseObject({ statusCode: z.literal(404) }), body: { ok: false } };
    const ask = (as: string) => http.ask({ path: '/rows', query: { as }, schema, whenNotFound });
    expect((await ask('own')).body).toEqual({ ok: false });
    for (const as of ['gateway', 'page', 'empty']) {
      expect((await failure(ask(as))).code).toBe('provider_answer');
    }
  });

  it('gives up at its deadline, retries included', async () => {
    const { http } = await connect([{ status: 503 }, { hang: true }], { timeoutMs: 600 });
    const begun = performance.now();
    expect((await failure(get(http))).code).toBe('provider_timeout');
    expect(performance.now() - begun).toBeLessThan(2_000);
  });

  it('calls a closed port unavailable', async () => {
    const { http, peer } = await connect([ok]);
    await peer.close();
    expect((await failure(get(http))).code).toBe('provider_unavailable');
  });

  it('rejects with the reason of the caller when the caller stops it', async () => {
    const { http } = await connect([{ hang: true }]);
    const controller = new AbortController();
    const asked = http.ask({ path: '/rows', schema, signal: controller.signal });
    controller.abort(new Error('stopping'));
    await expect(asked).rejects.toThrow('stopping');
  });

  it('leaves a caller that stops while a login is fetched, and keeps the login for others', async () => {
    const { http } = await connect([ok]);
    const login = Promise.withResolvers<Record<string, string>>();
    const authorization = { headers: () => login.promise, discard: () => undefined };
    const controller = new AbortController();
    const stopped = http.ask({ path: '/rows', schema, authorization, signal: controller.signal });
    const patient = http.ask({ path: '/rows', schema, authorization });
    controller.abort(new Error('stopping'));
    await expect(stopped).rejects.toThrow('stopping');
    login.resolve({ authorization: 'Bearer one' });
    expect((await patient).body.ok).toBe(true);
  });

  it('calls a login that no header can hold a failed one', async () => {
    const { http } = await connect([ok], { headers: { 'no header': 'x' } });
    expect((await failure(get(http))).code).toBe('login_failed');
    const other = await connect([ok], { headers: { 'api-key': 'line\nbreak' } });
    expect((await failure(get(other.http))).code).toBe('login_failed');
  });

  it('sends nothing that the budget refuses, and spends nothing for what is not metered', async () => {
    const refused = new ProviderError('rate_limited', 'spent', { retryAfterMs: 5 });
    const { http, peer } = await connect([ok], { spend: () => Promise.reject(refused) });
    await expect(get(http)).rejects.toBe(refused);
    expect(peer.requests).toHaveLength(0);
    await http.ask({ path: '/token', schema, metered: false });
    expect(peer.requests).toHaveLength(1);
  });

  it('passes on what the budget says to the second attempt', async () => {
    const refused = new ProviderError('rate_limited', 'spent');
    let calls = 0;
    const { http } = await connect([{ status: 503 }], {
      spend: () => (calls++ === 0 ? Promise.resolve() : Promise.reject(refused)),
    });
    await expect(get(http)).rejects.toBe(refused);
  });

  it('tells no URL, key or body in what it throws', async () => {
    const secret = 'sk-canary-123';
    const replies: PeerReply[] = [
      { status: 500, body: { echo: secret } },
      { headers: { 'content-type': 'text/html' }, body: secret },
      { body: { [secret]: secret } },
      { body: `{"${secret}`, headers: { 'content-type': 'application/json' } },
    ];
    for (const reply of replies) {
      const { http } = await connect([reply], { headers: { 'api-key': secret } });
      const error = await failure(http.ask({ path: '/rows', query: { key: secret }, schema }));
      const told = [error.message, error.stack, JSON.stringify(error), String(error.cause)].join(' ');
      expect(told).not.toContain(secret);
      expect(error.message).not.toContain('127.0.0.1');
    }
  });
});
