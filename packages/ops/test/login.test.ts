import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { boardPath } from '../src/index.ts';
import { logIn, operator, postLogin, startTestOps, type TestOps } from './start-test-ops.ts';

let ops: TestOps;
beforeAll(async () => {
  ops = await startTestOps(process.env.REDIS_URL, {
    PUBLIC_URL: 'https://ops.example',
    TRUSTED_PROXIES: '1',
  });
});
afterAll(() => ops?.stop());

const wrong = { username: operator.username, password: 'not the password' };
let nextAddress = 1;
/** A page of ours behind the proxy, from an address nobody used before. */
function fromOurPage(): Record<string, string> {
  nextAddress += 1;
  return { 'sec-fetch-site': 'same-origin', 'x-forwarded-for': `192.0.2.${nextAddress}` };
}

describe('logging in', () => {
  it('leads from the address itself over the login to the board', async () => {
    const first = await fetch(ops.url, { redirect: 'manual' });
    expect([first.status, first.headers.get('location')]).toEqual([302, boardPath]);
    const login = await fetch(`${ops.url}/login`);
    expect(login.status).toBe(200);
    expect(login.headers.get('content-security-policy')).toContain("default-src 'none'");
    const answer = await postLogin(ops, operator, fromOurPage());
    expect([answer.status, answer.headers.get('location')]).toEqual([303, boardPath]);
  });

  it('gives a cookie that no script, other site or plain http can have, for eight hours', async () => {
    const answer = await postLogin(ops, operator, fromOurPage());
    expect(answer.headers.get('set-cookie')).toMatch(
      /^__Host-envase_ops=[\w-]{43}; Max-Age=28800; HttpOnly; SameSite=Strict; Path=\/; Secure$/,
    );
  });

  it.each([
    ['password', wrong],
    ['user name', { ...operator, username: 'root' }],
    ['letter case', { ...operator, username: 'Operator' }],
    ['of both', { username: '', password: '' }],
    ['trailing character', { ...operator, password: `${operator.password}x` }],
  ])('tells of a wrong %s only that something was wrong, on the same page', async (_, form) => {
    const answer = await postLogin(ops, form, fromOurPage());
    const text = await answer.text();
    expect(answer.status).toBe(401);
    expect(answer.headers.get('set-cookie')).toBeNull();
    expect(text).toContain('<p role="alert">User name or password is wrong</p>');
    expect(text).toContain('<form method="post" action="/login">');
  });

  it('never shows or logs what was typed', async () => {
    const typed = { username: '<script>typed-name</script>', password: 'typed-password' };
    const answer = await postLogin(ops, typed, fromOurPage());
    expect(await answer.text()).not.toContain('typed');
    expect(JSON.stringify(ops.logs)).not.toContain('typed');
    expect(JSON.stringify(ops.logs)).not.toContain(operator.password);
  });

  it('takes ten wrong tries a minute from one address, and others all the same', async () => {
    const headers = fromOurPage();
    for (let n = 0; n < 10; n += 1) expect((await postLogin(ops, wrong, headers)).status).toBe(401);
    const refused = await postLogin(ops, operator, headers);
    expect(refused.status).toBe(429);
    expect(refused.headers.get('retry-after')).toBe('6');
    expect(await refused.text()).toContain('Too many wrong tries. Try again in 6 s');
    expect((await postLogin(ops, operator, fromOurPage())).status).toBe(303);
    ops.clock.advance(6_000);
    expect((await postLogin(ops, operator, headers)).status).toBe(303);
  });

  it('refuses what is no form', async () => {
    const headers = { ...fromOurPage(), 'content-type': 'application/json' };
    const body = JSON.stringify(operator);
    const answer = await fetch(`${ops.url}/login`, { method: 'POST', headers, body });
    expect(answer.status).toBe(415);
  });
});

describe('pages of others', () => {
  const foreign: [string, Record<string, string>][] = [
    ['another site', { 'sec-fetch-site': 'cross-site' }],
    ['another host of the same site', { 'sec-fetch-site': 'same-site' }],
    ['the address bar', { 'sec-fetch-site': 'none' }],
    ['another origin, told by an older browser', { origin: 'https://evil.example' }],
    ['a page without an origin', { origin: 'null' }],
    ['nowhere', {}],
    [
      'another site that claims our origin',
      { 'sec-fetch-site': 'cross-site', origin: 'https://ops.example' },
    ],
  ];

  it.each(foreign)('cannot log anyone in: %s', async (_, headers) => {
    const answer = await postLogin(ops, operator, headers);
    expect([answer.status, answer.headers.get('set-cookie')]).toEqual([403, null]);
  });

  it.each(foreign)('cannot log anyone out: %s', async (_, headers) => {
    const cookie = await logIn(ops);
    const answer = await fetch(`${ops.url}/logout`, { method: 'POST', headers: { ...headers, cookie } });
    expect(answer.status).toBe(403);
    expect((await fetch(ops.url + boardPath, { headers: { cookie } })).status).toBe(200);
  });

  it('are told from ours by their origin where a browser says no more', async () => {
    const byHost = { origin: ops.url };
    const byPublicUrl = { origin: 'https://ops.example' };
    expect((await postLogin(ops, operator, byHost)).status).toBe(303);
    expect((await postLogin(ops, operator, byPublicUrl)).status).toBe(303);
  });
});

describe('logging out', () => {
  it('is offered as a button, since a link could be followed by accident', async () => {
    const page = await fetch(`${ops.url}/logout`);
    expect(await page.text()).toContain('<form method="post" action="/logout">');
  });

  it('does no harm without a session', async () => {
    const answer = await fetch(`${ops.url}/logout`, {
      method: 'POST',
      headers: fromOurPage(),
      redirect: 'manual',
    });
    expect([answer.status, answer.headers.get('location')]).toEqual([303, '/login']);
  });
});
