import { generateKeyPairSync, sign } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { boxNumber } from '../src/demo/box-number.ts';
import type { StackFile } from '../src/launch/stack-file.ts';
import { call, tokenOf } from './http.ts';
import { isAbout, startTestStack, startTestTms, type TestStack, type TestTms } from './test-stack.ts';

let test: TestStack;
let file: StackFile;
let tms: TestTms;
let token: string;

beforeAll(async () => {
  test = await startTestStack();
  file = test.stack.file;
  tms = await startTestTms(file);
  token = await tokenOf(file, file.client);
}, 120_000);

afterAll(async () => {
  await tms.stop();
  await test.remove();
}, 60_000);

let serial = 0;
const nextBox = () => {
  serial += 1;
  return boxNumber(serial, 0);
};

const publish = (numbers: string[]) =>
  tms.envase.traceContainers({
    orgId: tms.orgId,
    svcId: tms.svcId,
    providerId: 'apm',
    siteId: 'USLAX',
    numbers,
  });

const eventOf = (payload: object) =>
  JSON.stringify({
    orgId: tms.orgId,
    svcId: tms.svcId,
    type: 'CONTAINER',
    action: 'TRACE_REQUESTED',
    payload,
  });

describe('another organization', () => {
  it('finds no trace, no event and no web-hook of the first: the answer is that of an unknown id', async () => {
    const number = nextBox();
    const { id, items } = await publish([number]);
    await tms.hears(isAbout(number), { what: 'the first result' });
    const [hook] = (await call(file, '/webhooks', { token })).body.data;
    const other = await tokenOf(file, file.clients[1] ?? file.client);
    const unknown = '018f4b9e-7a5c-7cc0-8000-000000000000';
    for (const [path, own, none] of [
      ['/traces', items[0]?.traceId, `h${'x'.repeat(31)}`],
      ['/events', id, unknown],
      ['/webhooks', hook.id, unknown],
    ]) {
      expect((await call(file, `${path}/${own}`, { token })).status).toBe(200);
      const foreign = await call(file, `${path}/${own}`, { token: other });
      const absent = await call(file, `${path}/${none}`, { token: other });
      expect(foreign.status).toBe(404);
      expect({ ...foreign.body, requestId: '' }).toEqual({ ...absent.body, requestId: '' });
    }
    expect((await call(file, '/events', { token: other })).body.data).toEqual([]);
    expect((await call(file, '/webhooks', { token: other })).body.data).toEqual([]);
    const removed = await call(file, `/webhooks/${hook.id}`, { token: other, method: 'DELETE' });
    expect(removed.status).toBe(404);
  });

  it('may not publish or listen for the first', async () => {
    const other = await tokenOf(file, file.clients[1] ?? file.client);
    const body = eventOf({ providerId: 'apm', containers: [{ id: nextBox() }] });
    expect(await call(file, '/events', { token: other, body })).toMatchObject({
      status: 403,
      body: { code: 'forbidden' },
    });
    const hook = {
      url: tms.hookUrl,
      entityType: 'CONTAINER',
      triggers: ['*'],
      orgId: tms.orgId,
      svcId: tms.svcId,
    };
    expect(await call(file, '/webhooks', { token: other, body: JSON.stringify(hook) })).toMatchObject({
      status: 403,
      body: { code: 'forbidden' },
    });
  });
});

describe('bad input', () => {
  const containers = (count: number) =>
    Array.from({ length: count }, (_, n) => ({ id: boxNumber(50_000 + n, 0) }));
  const good = { providerId: 'apm', containers: [{ id: boxNumber(60_000, 0) }] };

  it.each([
    ['wrong JSON', () => ({ token, body: '{"type":' }), 400, 'invalid_request', ''],
    ['no object', () => ({ token, body: '[]' }), 400, 'invalid_request', ''],
    [
      'an unknown provider',
      () => ({ token, body: eventOf({ ...good, providerId: 'apn' }) }),
      400,
      'invalid_request',
      'did you mean apm?',
    ],
    [
      '1,001 containers',
      () => ({ token, body: eventOf({ providerId: 'apm', containers: containers(1_001) }) }),
      400,
      'invalid_request',
      '',
    ],
    [
      'a body of 300 KiB',
      () => ({ token, body: eventOf({ ...good, data: { text: 'x'.repeat(300 * 1024) } }) }),
      413,
      'payload_too_large',
      '',
    ],
    [
      'another content type',
      () => ({ token, body: eventOf(good), headers: { 'content-type': 'text/plain' } }),
      415,
      'unsupported_media_type',
      '',
    ],
    ['no token', () => ({ body: eventOf(good) }), 401, 'unauthorized', ''],
    [
      'a token of another issuer',
      () => ({ token: foreignToken(), body: eventOf(good) }),
      401,
      'unauthorized',
      '',
    ],
    [
      'a box that is none, alone',
      () => ({ token, body: eventOf({ providerId: 'apm', containers: [{ id: '!' }] }) }),
      400,
      'invalid_request',
      '',
    ],
  ])(
    '%s is refused in the words of the contract, and nothing is stored',
    async (_what, request, status, code, hint) => {
      const before = await newestEvent();
      const answer = await call(file, '/events', request());
      expect(answer).toMatchObject({ status, body: { code } });
      expect(answer.body.requestId).toBe(answer.headers.get('x-request-id'));
      if (hint !== '') expect(JSON.stringify(answer.body.details)).toContain(hint);
      if (status === 401) expect(answer.headers.get('www-authenticate')).toMatch(/^Bearer/);
      expect(await newestEvent()).toBe(before);
    },
  );

  it('among good numbers sinks nothing: the item is rejected and says why', async () => {
    const number = nextBox();
    const { items } = await publish([number, 'NO BOX!']);
    expect(items).toMatchObject([
      { id: number, outcome: 'tracking' },
      { id: 'NO BOX!', outcome: 'rejected', traceId: null, reason: expect.any(String) },
    ]);
  });

  async function newestEvent(): Promise<string> {
    const { body } = await call(file, '/events?action=TRACE_REQUESTED&limit=1', { token });
    return body.data[0]?.id ?? 'none';
  }

  /** Right in everything but its signature. */
  function foreignToken(): string {
    const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
    const [head = '', claims = ''] = token.split('.');
    const signature = sign('sha256', Buffer.from(`${head}.${claims}`), privateKey).toString('base64url');
    return `${head}.${claims}.${signature}`;
  }
});
