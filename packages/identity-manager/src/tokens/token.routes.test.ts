import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { decodeProtectedHeader, payloadOf } from '../../test/decode-token.ts';
import { basic, type Credentials, callAdmin, fetchToken, postForm } from '../../test/oauth-client.ts';
import { issuer, openTestIdentity, type TestIdentity } from '../../test/open-test-identity.ts';

let identity: TestIdentity;
let tms: Credentials;
let operator: Credentials;
let tokenUrl: string;

beforeAll(async () => {
  identity = await openTestIdentity();
  tokenUrl = `${identity.url}/oauth2/token`;
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

const grant = { grant_type: 'client_credentials' };

describe('a token', () => {
  it('is answered as documented, is not cached and comes without a refresh token', async () => {
    const { status, headers, body } = await postForm(
      tokenUrl,
      { ...grant, scope: 'connectdata/events' },
      { as: tms },
    );
    expect(status).toBe(200);
    expect(body).toEqual({
      access_token: expect.any(String),
      token_type: 'Bearer',
      expires_in: 3600,
      scope: 'connectdata/events',
    });
    expect(headers.get('cache-control')).toBe('no-store');
    expect(headers.get('pragma')).toBe('no-cache');
    expect(headers.get('content-type')).toBe('application/json; charset=utf-8');
  });

  it('has the header and claims of RFC 9068', async () => {
    const token = await fetchToken(identity.url, tms);
    const { kid } = identity.keys.current();
    expect(decodeProtectedHeader(token)).toEqual({ alg: 'RS256', typ: 'at+jwt', kid });
    const claims = payloadOf(token);
    expect(claims).toEqual({
      iss: issuer,
      sub: tms.id,
      aud: 'connectdata',
      client_id: tms.id,
      scope: 'connectdata/events',
      iat: Math.floor(identity.clock.now() / 1000),
      exp: Math.floor(identity.clock.now() / 1000) + 3600,
      jti: expect.any(String),
    });
    expect(payloadOf(await fetchToken(identity.url, tms)).jti).not.toBe(claims.jti);
  });

  it('is given for credentials in the body, parameters in the query, and either secret', async () => {
    const inBody = { ...grant, client_id: tms.id, client_secret: tms.secret };
    expect((await postForm(tokenUrl, inBody)).status).toBe(200);
    const query = '?grant_type=client_credentials&scope=connectdata%2Fevents';
    expect((await postForm(`${tokenUrl}${query}`, '', { as: tms })).status).toBe(200);
    const untyped = await fetch(`${tokenUrl}${query}`, {
      method: 'POST',
      headers: { authorization: basic(tms) },
    });
    expect(untyped.status).toBe(200);
    const { secret } = await identity.clients.addSecret(tms.id);
    expect((await postForm(tokenUrl, grant, { as: { ...tms, secret } })).status).toBe(200);
    expect((await postForm(tokenUrl, grant, { as: tms })).status).toBe(200);
  });

  it('holds the scopes that were asked for, and connectdata/events where none was', async () => {
    const scopeOf = async (scope?: string) =>
      payloadOf(await fetchToken(identity.url, operator, scope)).scope;
    expect(await scopeOf()).toBe('connectdata/events');
    expect(await scopeOf('connectdata/admin')).toBe('connectdata/admin');
    expect(await scopeOf('connectdata/admin  connectdata/events connectdata/admin')).toBe(
      'connectdata/admin connectdata/events',
    );
  });
});

describe('discovery', () => {
  it('names every endpoint under the issuer (RFC 8414)', async () => {
    const { body, headers } = await callAdmin(`${identity.url}/.well-known/oauth-authorization-server`);
    expect(body).toMatchObject({
      issuer,
      token_endpoint: `${issuer}/oauth2/token`,
      jwks_uri: `${issuer}/.well-known/jwks.json`,
      grant_types_supported: ['client_credentials'],
      token_endpoint_auth_methods_supported: ['client_secret_basic', 'client_secret_post'],
      response_types_supported: [],
    });
    expect(headers.get('cache-control')).toBe('public, max-age=300');
  });

  it('publishes the keys that tokens name', async () => {
    const { body } = await callAdmin(`${identity.url}/.well-known/jwks.json`);
    expect(body.keys).toEqual(identity.keys.jwks());
    expect(JSON.stringify(body)).not.toContain('"d"');
  });
});
