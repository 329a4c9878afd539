import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { callAdmin, fetchToken, postForm } from '../../test/oauth-client.ts';
import { openTestIdentity, type TestIdentity } from '../../test/open-test-identity.ts';

let identity: TestIdentity;
let token: string;
let url: string;

beforeAll(async () => {
  identity = await openTestIdentity();
  url = `${identity.url}/admin/clients`;
  const operator = await identity.clients.create({
    name: 'Operator',
    scopes: ['connectdata/events', 'connectdata/admin'],
    grants: [],
  });
  token = await fetchToken(identity.url, operator, 'connectdata/admin');
});
afterAll(() => identity.close());

const tms = { name: 'TMS', scopes: ['connectdata/events'], grants: [{ orgId: 'o1', svcId: '*' }] };
const create = async (body: unknown = tms) => {
  const answer = await callAdmin(url, { token, method: 'POST', body });
  // The cast: what a created client is answered with; the tests below look at it.
  return { ...answer, body: answer.body as { id: string; secret: string } & Record<string, unknown> };
};

describe('creating a client', () => {
  it('answers 201 with the secret, which is stored only as a keyed hash', async () => {
    const { status, body, headers } = await create({ ...tms, name: '  TMS  ', more: 1 });
    expect(status).toBe(201);
    expect(body).toEqual({
      ...tms,
      id: expect.stringMatching(/^[0-9a-f-]{36}$/),
      secret: expect.stringMatching(/^ets_[\w-]{43}$/),
      status: 'active',
      createdAt: new Date(identity.clock.now()).toISOString(),
    });
    expect(headers.get('cache-control')).toBe('no-store');
    const stored = await identity.db.repositories.clients.find(body.id);
    expect(JSON.stringify(stored)).not.toContain(body.secret);
    expect(stored?.secrets[0]?.hash).toMatch(/^[0-9a-f]{64}$/);
  });

  it('stores the same scope and the same grant once', async () => {
    const { body } = await create({
      ...tms,
      scopes: ['connectdata/events', 'connectdata/events'],
      grants: [...tms.grants, ...tms.grants, { orgId: 'o1', svcId: 's' }],
    });
    expect(body).toMatchObject({ scopes: ['connectdata/events'] });
    expect(body.grants).toHaveLength(2);
  });

  it('lists every fault', async () => {
    const { status, body } = await create({
      name: '',
      scopes: ['connectdata/events', 'all'],
      grants: [{ orgId: '*', svcId: 's' }, { orgId: 'a b', svcId: 's' }, { orgId: 'o' }],
    });
    expect(status).toBe(400);
    // The cast: contract section 2.
    const details = body.details as { path: string }[];
    expect(details.map((one) => one.path).sort()).toEqual([
      '/grants/0/orgId',
      '/grants/1/orgId',
      '/grants/2/svcId',
      '/name',
      '/scopes/1',
    ]);
  });
});

describe('reading and changing', () => {
  it('lists newest first, page by page, without secrets', async () => {
    const created = [];
    for (let count = 0; count < 3; count += 1) {
      identity.clock.advance(10);
      created.unshift((await create()).body.id);
    }
    const first = await callAdmin(`${url}?limit=2`, { token });
    const second = await callAdmin(`${url}?limit=2&cursor=${String(first.body.nextCursor)}`, { token });
    // The cast: contract section 2.
    const items = [first, second].flatMap(({ body }) => body.data as { id: string }[]);
    expect(items.slice(0, 3).map((one) => one.id)).toEqual(created);
    expect(JSON.stringify(items)).not.toMatch(/secret/i);
    for (const bad of ['?limit=0', '?limit=201', '?limit=x', '?cursor=x']) {
      const { status, body } = await callAdmin(`${url}${bad}`, { token });
      expect([status, body.code]).toEqual([400, 'invalid_request']);
    }
  });

  it('replaces what is given and keeps the rest', async () => {
    const { id } = (await create()).body;
    const grants = [{ orgId: 'o2', svcId: 's2' }];
    const changed = await callAdmin(`${url}/${id}`, { token, method: 'PATCH', body: { grants } });
    expect(changed).toMatchObject({ status: 200, body: { id, name: 'TMS', grants, scopes: tms.scopes } });
    const renamed = await callAdmin(`${url}/${id}`, { token, method: 'PATCH', body: { name: 'New' } });
    expect(renamed.body).toMatchObject({ name: 'New', grants });
    expect((await callAdmin(`${url}/${id}`, { token })).body).toEqual(renamed.body);
    const wrong = await callAdmin(`${url}/${id}`, { token, method: 'PATCH', body: { status: 'deleted' } });
    expect(wrong).toMatchObject({ status: 400, body: { details: [{ path: '/status' }] } });
  });

  it('loses none of many changes at once', async () => {
    const { id } = (await create()).body;
    const change = (body: object) => callAdmin(`${url}/${id}`, { token, method: 'PATCH', body });
    const answers = await Promise.all([
      change({ name: 'Other' }),
      change({ scopes: ['connectdata/admin'] }),
      change({ grants: [] }),
    ]);
    expect(answers.map((one) => one.status)).toEqual([200, 200, 200]);
    const { body } = await callAdmin(`${url}/${id}`, { token });
    expect(body).toMatchObject({ name: 'Other', scopes: ['connectdata/admin'], grants: [] });
  });

  it('answers unknown, malformed and removed ids with 404', async () => {
    const { id } = (await create()).body;
    const removed = await callAdmin(`${url}/${id}`, { token, method: 'DELETE' });
    expect(removed.status).toBe(204);
    for (const unknown of [id, 'x', '00000000-0000-4000-8000-000000000000', '%00']) {
      const at = `${url}/${unknown}`;
      const answers = [
        await callAdmin(at, { token }),
        await callAdmin(at, { token, method: 'PATCH', body: {} }),
        await callAdmin(at, { token, method: 'DELETE' }),
        await callAdmin(`${at}/secrets`, { token, method: 'POST' }),
      ];
      expect(answers.map((one) => one.status)).toEqual([404, 404, 404, 404]);
    }
  });
});

describe('secrets', () => {
  it('are two at most: with the third the oldest dies', async () => {
    const { id, secret: first } = (await create()).body;
    const add = async () => {
      const { status, body } = await callAdmin(`${url}/${id}/secrets`, { token, method: 'POST' });
      expect([status, Object.keys(body)]).toEqual([201, ['secret']]);
      return String(body.secret);
    };
    const statusOf = async (secret: string) => {
      const form = { grant_type: 'client_credentials' };
      return (await postForm(`${identity.url}/oauth2/token`, form, { as: { id, secret } })).status;
    };
    const second = await add();
    expect([await statusOf(first), await statusOf(second)]).toEqual([200, 200]);
    const third = await add();
    expect([await statusOf(first), await statusOf(second), await statusOf(third)]).toEqual([401, 200, 200]);
  });
});

describe('access', () => {
  it('needs a token with connectdata/admin', async () => {
    expect(await callAdmin(url)).toMatchObject({ status: 401, body: { code: 'unauthorized' } });
    const plain = await identity.clients.create({
      name: 'Plain',
      scopes: ['connectdata/events', 'connectdata/admin'],
      grants: [],
    });
    const events = await fetchToken(identity.url, plain, 'connectdata/events');
    const refused = await callAdmin(url, { token: events, method: 'POST', body: tms });
    expect(refused).toMatchObject({ status: 403, body: { code: 'forbidden' } });
    expect(refused.headers.get('www-authenticate')).toContain('insufficient_scope');
  });

  it('answers 405 to other methods and 415 to other types', async () => {
    const put = await callAdmin(url, { token, method: 'PUT', body: {} });
    expect([put.status, put.headers.get('allow')]).toEqual([405, 'GET, HEAD, OPTIONS, POST']);
    const form = await postForm(url, 'name=x', { headers: { authorization: `Bearer ${token}` } });
    expect(form).toMatchObject({ status: 415, body: { code: 'unsupported_media_type' } });
  });
});
