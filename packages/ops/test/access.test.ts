import { once } from 'node:events';
import { get, type IncomingMessage } from 'node:http';
import { traceResults } from '@envase/queues';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { boardPath } from '../src/index.ts';
import { sessionMs } from '../src/login/sessions.ts';
import { type BoardCall, listBoardCalls } from './board-calls.ts';
import { logIn, operator, postLogin, startTestOps, type TestOps } from './start-test-ops.ts';

// cspell:words ueues

const { pages, calls, files } = listBoardCalls(boardPath);
const all = [...pages, ...calls, ...files];
const reads = calls.filter(({ method }) => method === 'GET');
const writes = calls.filter(({ method }) => method !== 'GET');
const sameOrigin = { 'sec-fetch-site': 'same-origin', 'content-type': 'application/json' };

let ops: TestOps;
beforeAll(async () => {
  ops = await startTestOps(process.env.REDIS_URL);
  await ops.producer.addLane(traceResults, 'trace.settle', { laneId: 't1', data: { traceId: 't1' } });
});
afterAll(() => ops?.stop());

/** Statuses of every call, and which calls had them. */
async function statusesOf(list: readonly BoardCall[], headers: Record<string, string>) {
  const found = new Map<number, string[]>();
  for (const { method, path } of list) {
    const body = method === 'GET' ? {} : { body: '{}' };
    const answer = await fetch(ops.url + path, { method, headers, redirect: 'manual', ...body });
    await answer.arrayBuffer();
    found.set(answer.status, [...(found.get(answer.status) ?? []), `${method} ${path}`]);
  }
  return Object.fromEntries(found);
}
/** `fetch` would tidy the path up. */
async function getAsWritten(path: string) {
  const [answer] = (await once(get({ port: new URL(ops.url).port, path }), 'response')) as [IncomingMessage];
  const chunks = await answer.toArray();
  return { status: answer.statusCode, text: Buffer.concat(chunks).toString() };
}

const named = (list: readonly BoardCall[]) => list.map(({ method, path }) => `${method} ${path}`);

describe('without a session', () => {
  it('knows every kind of route of the board', () => {
    expect([pages.length > 4, reads.length > 8, writes.length > 15, files.length > 30]).not.toContain(false);
  });

  it('answers 401 to every page, call and file of the board', async () => {
    expect(await statusesOf(all, sameOrigin)).toEqual({ 401: named(all) });
  });

  it.each([
    ['made up', 'A'.repeat(43)],
    ['empty', ''],
    ['of the wrong shape', '../../*'],
    ['of a property of every object', '__proto__'],
    ['very long', 'x'.repeat(8_000)],
  ])('answers 401 to every call with a cookie that is %s', async (_, secret) => {
    const headers = { ...sameOrigin, cookie: `envase_ops=${secret}` };
    expect(await statusesOf([...pages, ...calls], headers)).toEqual({ 401: named([...pages, ...calls]) });
  });

  it('answers 401 to a session with one character changed, cut off, or under another name', async () => {
    const cookie = await logIn(ops);
    const changed = cookie.slice(0, -1) + (cookie.endsWith('A') ? 'B' : 'A');
    for (const forged of [changed, cookie.slice(0, -1), cookie.replace('envase_ops', 'other')]) {
      const answer = await fetch(`${ops.url}${boardPath}/api/queues`, { headers: { cookie: forged } });
      expect(answer.status).toBe(401);
    }
  });

  it.each(['HEAD', 'OPTIONS', 'DELETE', 'PROPFIND'])('answers 401 to %s', async (method) => {
    const answer = await fetch(`${ops.url}${boardPath}/api/queues`, { method });
    expect(answer.status).toBe(401);
  });

  it.each([
    '//queues',
    '/./queues/',
    '/x/../queues',
    '/%71ueues',
    '/queues%2f',
    '/QUEUES',
    '/queues;/api/queues',
  ])('shows nothing of the board at %s', async (path) => {
    const { status, text } = await getAsWritten(path);
    expect([401, 404]).toContain(status);
    expect(text).not.toContain('__UI_CONFIG__');
  });

  it('shows the login at a page and JSON to a call', async () => {
    const page = await fetch(ops.url + boardPath);
    expect(page.headers.get('content-type')).toBe('text/html; charset=utf-8');
    expect(await page.text()).toContain('<form method="post" action="/login">');
    const call = await fetch(`${ops.url}${boardPath}/api/queues`);
    expect(await call.json()).toMatchObject({ code: 'unauthorized' });
  });

  it('does not take the operator from an Authorization header', async () => {
    const basic = Buffer.from(`${operator.username}:${operator.password}`).toString('base64');
    const answer = await fetch(ops.url + boardPath, { headers: { authorization: `Basic ${basic}` } });
    expect(answer.status).toBe(401);
  });
});

describe('with a session', () => {
  it('serves every page and file, and every call that reads', async () => {
    const headers = { cookie: await logIn(ops) };
    const served = await statusesOf([...pages, ...files, ...reads], headers);
    // Redis's own figures and its list of clients stay out of the board.
    const hidden = ['/api/redis/stats', '/api/queues/trace-results/workers'].map(
      (path) => `GET ${boardPath}${path}`,
    );
    const shown = named([...pages, ...files, ...reads]).filter((one) => !hidden.includes(one));
    expect(served).toEqual({ 200: shown, 403: hidden });
  });

  it('refuses every call that would change something, and says why', async () => {
    const headers = { ...sameOrigin, cookie: await logIn(ops) };
    expect(await statusesOf(writes, headers)).toEqual({ 403: named(writes) });
    const answer = await fetch(`${ops.url}${boardPath}/api/queues/pause`, { method: 'PUT', headers });
    expect(await answer.json()).toMatchObject({ message: 'The board is read-only' });
  });

  it('lists every queue, its jobs as ids', async () => {
    const headers = { cookie: await logIn(ops) };
    const answer = await fetch(`${ops.url}${boardPath}/api/queues?activeQueue=trace-results`, { headers });
    // The cast: the board's own answer.
    const { queues } = (await answer.json()) as {
      queues: { name: string; readOnlyMode: boolean; jobs: object[] }[];
    };
    const names = queues.map(({ name }) => name);
    expect(names).toEqual(
      expect.arrayContaining([
        'connect-events',
        'trace-apm',
        'trace-bnsf',
        'trace-scenario',
        'pumps-trace-dcsa-tnt',
      ]),
    );
    expect(queues.every(({ readOnlyMode }) => readOnlyMode)).toBe(true);
    expect(queues.find(({ name }) => name === 'trace-results')?.jobs).toMatchObject([
      { data: { traceId: 't1' } },
    ]);
  });

  it('lets a page load nothing from elsewhere, be framed by nobody and kept by no cache', async () => {
    const answer = await fetch(ops.url + boardPath, { headers: { cookie: await logIn(ops) } });
    const policy = answer.headers.get('content-security-policy') ?? '';
    expect(policy).toContain("default-src 'none'; script-src 'self';");
    expect(policy).toContain("frame-ancestors 'none'");
    expect(policy).not.toMatch(/https?:|\*/);
    expect(answer.headers.get('cache-control')).toBe('no-store');
    expect(answer.headers.get('x-content-type-options')).toBe('nosniff');
  });

  it('ends with its logout, also for who kept the cookie', async () => {
    const cookie = await logIn(ops);
    const headers = { ...sameOrigin, cookie };
    const answer = await fetch(`${ops.url}/logout`, { method: 'POST', headers, redirect: 'manual' });
    expect(answer.status).toBe(303);
    expect(answer.headers.get('set-cookie')).toMatch(
      /^envase_ops=; Max-Age=0; HttpOnly; SameSite=Strict; Path=\/$/,
    );
    expect((await fetch(ops.url + boardPath, { headers: { cookie } })).status).toBe(401);
  });

  it('ends after eight hours', async () => {
    const { status } = await postLogin(ops, operator);
    expect(status).toBe(303);
    const cookie = await logIn(ops);
    ops.clock.advance(sessionMs - 1);
    expect((await fetch(ops.url + boardPath, { headers: { cookie } })).status).toBe(200);
    ops.clock.advance(1);
    expect(await statusesOf(all, { ...sameOrigin, cookie })).toEqual({ 401: named(all) });
  });
});
