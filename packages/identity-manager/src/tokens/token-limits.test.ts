import { afterEach, describe, expect, it } from 'vitest';
import { postForm } from '../../test/oauth-client.ts';
import { openTestIdentity, type TestIdentity } from '../../test/open-test-identity.ts';

let identity: TestIdentity;
afterEach(() => identity.close());

const grant = { grant_type: 'client_credentials' };

async function openWithClients(limits: { perClientPerMinute?: number; perAddressPerMinute?: number }) {
  identity = await openTestIdentity(limits);
  const client = (name: string) =>
    identity.clients.create({ name, scopes: ['connectdata/events'], grants: [] });
  return { a: await client('A'), b: await client('B'), url: `${identity.url}/oauth2/token` };
}

describe('the token endpoint', () => {
  it('answers a client above its limit with 429, whole headers and a body of RFC 6749', async () => {
    const { a, b, url } = await openWithClients({ perClientPerMinute: 2 });
    const answers = [];
    for (const as of [a, a, a, b]) answers.push(await postForm(url, grant, { as }));
    expect(answers.map((one) => one.status)).toEqual([200, 200, 429, 200]);
    expect(answers.map((one) => one.headers.get('ratelimit-remaining'))).toEqual(['1', '0', '0', '1']);
    expect(answers[2]?.body.error).toBe('temporarily_unavailable');
    expect(answers[2]?.headers.get('retry-after')).toBe('30');
    for (const { headers } of answers) {
      for (const name of ['limit', 'remaining', 'reset']) {
        expect(headers.get(`ratelimit-${name}`)).toMatch(/^\d+$/);
      }
    }
    identity.clock.advance(30_000);
    expect((await postForm(url, grant, { as: a })).status).toBe(200);
  });

  it('counts refused requests for their address, and strangers cannot shut a client out', async () => {
    const { a, url } = await openWithClients({ perClientPerMinute: 2, perAddressPerMinute: 10 });
    const guess = () => postForm(url, grant, { as: { ...a, secret: 'ets_wrong' } });
    for (let count = 0; count < 5; count += 1) expect((await guess()).status).toBe(401);
    expect((await postForm(url, grant, { as: a })).status).toBe(200);
    const statuses = [];
    for (let count = 0; count < 6; count += 1) statuses.push((await guess()).status);
    expect(statuses).toEqual([401, 401, 401, 401, 429, 429]);
  });
});
