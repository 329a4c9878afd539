import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Credentials, callAdmin, postForm } from '../../test/oauth-client.ts';
import { openTestIdentity, type TestIdentity } from '../../test/open-test-identity.ts';

let identity: TestIdentity;
let tms: Credentials;
let tokenUrl: string;

beforeAll(async () => {
  identity = await openTestIdentity();
  tokenUrl = `${identity.url}/oauth2/token`;
  tms = await identity.clients.create({
    name: 'TMS',
    scopes: ['connectdata/events'],
    grants: [{ orgId: 'o1', svcId: '*' }],
  });
});
afterAll(() => identity.close());

const grant = { grant_type: 'client_credentials' };
const good = 'grant_type=client_credentials';
const withId = () => ({ ...grant, client_id: tms.id });

describe('a refusal', () => {
  type Options = Parameters<typeof postForm>[2];
  interface Refusal {
    of: string;
    error: string;
    form: () => string | Record<string, string>;
    as?: () => Options;
    query?: string;
  }
  const asTms = (): Options => ({ as: tms });
  const asJson = (): Options => ({ as: tms, headers: { 'content-type': 'application/json' } });
  const refusals: Refusal[] = [
    { of: 'no grant_type', error: 'invalid_request', form: () => 'scope=x', as: asTms },
    { of: 'an empty grant_type', error: 'invalid_request', form: () => 'grant_type=', as: asTms },
    { of: 'grant_type twice', error: 'invalid_request', form: () => `${good}&${good}`, as: asTms },
    { of: 'scope twice', error: 'invalid_request', form: () => `${good}&scope=a&scope=b`, as: asTms },
    {
      of: 'a name in query and body',
      error: 'invalid_request',
      form: () => good,
      as: asTms,
      query: `?${good}`,
    },
    {
      of: 'password',
      error: 'unsupported_grant_type',
      form: () => 'grant_type=password&username=a',
      as: asTms,
    },
    {
      of: 'refresh_token',
      error: 'unsupported_grant_type',
      form: () => 'grant_type=refresh_token',
      as: asTms,
    },
    {
      of: 'another case',
      error: 'unsupported_grant_type',
      form: () => 'grant_type=Client_Credentials',
      as: asTms,
    },
    {
      of: 'a foreign scope',
      error: 'invalid_scope',
      form: () => `${good}&scope=connectdata/admin`,
      as: asTms,
    },
    {
      of: 'one scope too many',
      error: 'invalid_scope',
      form: () => `${good}&scope=connectdata/events+x`,
      as: asTms,
    },
    { of: 'a scope of blanks', error: 'invalid_scope', form: () => `${good}&scope=++`, as: asTms },
    {
      of: 'header and body',
      error: 'invalid_request',
      form: () => ({ ...grant, client_secret: 'x' }),
      as: asTms,
    },
    {
      of: 'two client ids',
      error: 'invalid_request',
      form: () => ({ ...grant, client_id: 'other' }),
      as: asTms,
    },
    { of: 'a secret in the query', error: 'invalid_request', form: withId, query: '?client_secret=x' },
    {
      of: 'such a secret and a header',
      error: 'invalid_request',
      form: () => good,
      as: asTms,
      query: '?client_secret=x',
    },
    { of: 'JSON', error: 'invalid_request', form: () => JSON.stringify(grant), as: asJson },
    { of: 'no credentials', error: 'invalid_client', form: () => good },
    { of: 'an id without a secret', error: 'invalid_client', form: withId },
    { of: 'an empty secret', error: 'invalid_client', form: () => ({ ...withId(), client_secret: '' }) },
    {
      of: 'a wrong secret',
      error: 'invalid_client',
      form: () => good,
      as: () => ({ as: { ...tms, secret: 'x' } }),
    },
    {
      of: 'an unknown id',
      error: 'invalid_client',
      form: () => good,
      as: () => ({ as: { ...tms, id: 'x' } }),
    },
    { of: 'operators', error: 'invalid_client', form: () => `${good}&client_id[$gt]=&client_secret[$gt]=` },
    {
      of: 'a bearer header',
      error: 'invalid_client',
      form: () => good,
      as: () => ({ headers: { authorization: 'Bearer x' } }),
    },
  ];

  it.each(refusals)('of $of is $error', async ({ error, form, as, query = '' }) => {
    const answer = await postForm(`${tokenUrl}${query}`, form(), as?.());
    const status = error === 'invalid_client' ? 401 : 400;
    expect([answer.status, answer.body.error]).toEqual([status, error]);
    expect(Object.keys(answer.body).sort()).toEqual(['error', 'error_description']);
    expect(answer.headers.get('cache-control')).toBe('no-store');
    expect(answer.headers.get('www-authenticate')).toBe(status === 401 ? 'Basic realm="envase"' : null);
  });

  it('does not tell an unknown id from a wrong secret or a disabled client', async () => {
    const disabled = await identity.clients.create({
      name: 'Off',
      scopes: ['connectdata/events'],
      grants: [],
    });
    await identity.clients.change(disabled.id, { status: 'disabled' });
    const answers = await Promise.all(
      [{ ...tms, id: 'unknown' }, { ...tms, secret: 'ets_wrong' }, disabled].map((as) =>
        postForm(tokenUrl, grant, { as }),
      ),
    );
    const visible = answers.map(({ status, body, headers }) => {
      const others = [...headers].filter(([name]) => !/^(x-request-id|date|ratelimit-)/.test(name));
      return { status, body, others };
    });
    expect(visible[1]).toEqual(visible[0]);
    expect(visible[2]).toEqual(visible[0]);
  });

  it('of a default scope that the client does not have is invalid_scope', async () => {
    const admin = await identity.clients.create({ name: 'Admin', scopes: ['connectdata/admin'], grants: [] });
    expect((await postForm(tokenUrl, grant, { as: admin })).body.error).toBe('invalid_scope');
  });

  it('of another method is 405, of a token in the URL 400, of a large body 413', async () => {
    const get = await callAdmin(tokenUrl);
    expect([get.status, get.headers.get('allow')]).toEqual([405, 'OPTIONS, POST']);
    expect((await postForm(`${tokenUrl}?access_token=x`, grant, { as: tms })).status).toBe(400);
    expect((await postForm(tokenUrl, `a=${'x'.repeat(262_144)}`, { as: tms })).status).toBe(413);
  });
});
