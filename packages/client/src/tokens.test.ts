import { describe, expect, it } from 'vitest';
import { grant, refusal, startPlatform } from '../test/platform.ts';

describe('tokens', () => {
  it('are asked for once, however many requests begin together', async () => {
    const { client, calls, tokenCalls } = await startPlatform();
    await Promise.all([1, 2, 3].map((n) => client.traces.get(String(n))));
    await client.traces.get('4');
    expect(tokenCalls()).toHaveLength(1);
    expect(calls().map(({ headers }) => headers.authorization)).toEqual(Array(4).fill('Bearer token-1'));
  });

  it('are asked for with Basic authentication and a form', async () => {
    const { client, tokenCalls } = await startPlatform({ client: { clientId: 'a:b', clientSecret: 'ü %' } });
    await client.traces.get('1');
    const [asked] = tokenCalls();
    const basic = Buffer.from('a%3Ab:%C3%BC%20%25').toString('base64');
    expect(asked?.headers).toMatchObject({
      authorization: `Basic ${basic}`,
      'content-type': 'application/x-www-form-urlencoded',
    });
    expect(asked?.rawBody.toString()).toBe('grant_type=client_credentials&scope=connectdata%2Fevents');
  });

  it('are renewed a minute before they expire', async () => {
    const { client, calls } = await startPlatform({
      token: (_request, index) => grant(`token-${index + 1}`, 59),
    });
    await client.traces.get('1');
    await client.traces.get('2');
    expect(calls().map(({ headers }) => headers.authorization)).toEqual(['Bearer token-1', 'Bearer token-2']);
  });

  it('are renewed once after a 401, and the request goes again', async () => {
    const { client, calls, tokenCalls } = await startPlatform({
      api: (_request, index) => (index === 0 ? refusal(401, 'unauthorized') : { json: { id: '1' } }),
    });
    expect(await client.traces.get('1')).toEqual({ id: '1' });
    expect(calls().map(({ headers }) => headers.authorization)).toEqual(['Bearer token-1', 'Bearer token-2']);
    expect(tokenCalls()).toHaveLength(2);
  });

  it('that stay refused are an error after one renewal', async () => {
    const { client, calls } = await startPlatform({ api: () => refusal(401, 'unauthorized') });
    await expect(client.traces.get('1')).rejects.toMatchObject({ status: 401, code: 'unauthorized' });
    expect(calls()).toHaveLength(2);
  });

  it('that a client may not have are an error at once, in the words of the Identity Manager', async () => {
    const { client, calls, tokenCalls } = await startPlatform({
      token: () => ({ status: 401, json: { error: 'invalid_client', error_description: 'who are you' } }),
    });
    await expect(client.traces.get('1')).rejects.toMatchObject({
      status: 401,
      code: 'invalid_client',
      message: 'invalid_client: who are you',
    });
    expect(tokenCalls()).toHaveLength(1);
    expect(calls()).toHaveLength(0);
  });
});
