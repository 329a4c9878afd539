import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { payloadOf } from '../../test/decode-token.ts';
import { type Credentials, fetchToken, postForm } from '../../test/oauth-client.ts';
import { openTestIdentity, type TestIdentity } from '../../test/open-test-identity.ts';

let identity: TestIdentity;
let tms: Credentials;
let operator: Credentials;

beforeAll(async () => {
  identity = await openTestIdentity();
  tms = await identity.clients.create({
    name: 'TMS',
    scopes: ['connectdata/events'],
    grants: [{ orgId: 'o1', svcId: '*' }],
  });
  operator = await identity.clients.create({
    name: 'Operator',
    scopes: ['connectdata/events', 'connectdata/admin'],
    grants: [],
  });
});
afterAll(() => identity.close());

describe('revocation', () => {
  const revoke = (token: string, as: Credentials) =>
    postForm(`${identity.url}/oauth2/revoke`, { token }, { as });
  const isActive = async (token: string, as: Credentials) =>
    (await postForm(`${identity.url}/oauth2/introspect`, { token }, { as })).body;

  it('ends a token of the client', async () => {
    const token = await fetchToken(identity.url, tms);
    expect(await isActive(token, tms)).toMatchObject({
      active: true,
      client_id: tms.id,
      token_type: 'Bearer',
    });
    expect((await revoke(token, tms)).status).toBe(200);
    expect(await isActive(token, tms)).toEqual({ active: false });
    expect((await revoke(token, tms)).status).toBe(200);
  });

  it('answers 200 for any token, and leaves those of others alone', async () => {
    const token = await fetchToken(identity.url, operator);
    for (const any of [token, 'rubbish', `${token}x`]) expect((await revoke(any, tms)).status).toBe(200);
    expect(await isActive(token, operator)).toMatchObject({ active: true });
  });

  it('needs client authentication and a token', async () => {
    const url = `${identity.url}/oauth2/revoke`;
    expect((await postForm(url, { token: 'x' })).body.error).toBe('invalid_client');
    expect((await postForm(url, {}, { as: tms })).body.error).toBe('invalid_request');
    expect((await postForm(`${url}?token=x`, '', { as: tms })).body.error).toBe('invalid_request');
  });
});

describe('introspection', () => {
  const look = (token: string, as?: Credentials) =>
    postForm(`${identity.url}/oauth2/introspect`, { token }, as ? { as } : {});

  it('tells a client of its own tokens, an operator of all, anybody else nothing', async () => {
    const token = await fetchToken(identity.url, tms);
    const claims = payloadOf(token);
    expect((await look(token, tms)).body).toEqual({ active: true, token_type: 'Bearer', ...claims });
    expect((await look(token, operator)).body).toMatchObject({ active: true });
    const other = await fetchToken(identity.url, operator);
    expect((await look(other, tms)).body).toEqual({ active: false });
    expect((await look('rubbish', tms)).body).toEqual({ active: false });
    expect(await look(token)).toMatchObject({ status: 401, body: { error: 'invalid_client' } });
  });

  it('calls tokens of a disabled client inactive, for good', async () => {
    const brief = await identity.clients.create({
      name: 'Brief',
      scopes: ['connectdata/events'],
      grants: [],
    });
    const token = await fetchToken(identity.url, brief);
    identity.clock.advance(1_000);
    await identity.clients.change(brief.id, { status: 'disabled' });
    expect((await look(token, operator)).body).toEqual({ active: false });
    await identity.clients.change(brief.id, { status: 'active' });
    expect((await look(token, operator)).body).toEqual({ active: false });
    const fresh = await fetchToken(identity.url, brief);
    expect((await look(fresh, operator)).body).toMatchObject({ active: true });
  });
});
