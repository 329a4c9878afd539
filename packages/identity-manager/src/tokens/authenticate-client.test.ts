import { keyedHash, randomSecret } from '@envase/runtime';
import { describe, expect, it } from 'vitest';
import type { StoredClient } from '../ports.ts';
import { createAuthenticateClient, readCredentials } from './authenticate-client.ts';

const basic = (text: string) => `Basic ${Buffer.from(text).toString('base64')}`;
const none = new Map<string, string>();
const inBody = (id: string, secret: string) =>
  new Map([
    ['client_id', id],
    ['client_secret', secret],
  ]);

describe('credentials', () => {
  it('are read from the header or the body', () => {
    expect(readCredentials(basic('id:se:cret'), none)).toEqual({ clientId: 'id', secret: 'se:cret' });
    expect(readCredentials(undefined, inBody('id', 's'))).toEqual({ clientId: 'id', secret: 's' });
    expect(readCredentials(basic('id:s'), new Map([['client_id', 'id']]))).toMatchObject({ clientId: 'id' });
  });

  it('are decoded as in a form, and taken as they are where that fails', () => {
    expect(readCredentials(basic('a%3Ab:c%25'), none)).toEqual({ clientId: 'a:b', secret: 'c%' });
    expect(readCredentials(basic('a:100%'), none)).toEqual({ clientId: 'a', secret: '100%' });
  });

  it.each([
    ['by header and body at once', basic('id:s'), inBody('id', 's'), 'invalid_request'],
    ['of two different clients', basic('id:s'), new Map([['client_id', 'other']]), 'invalid_request'],
    ['that are missing', undefined, none, 'invalid_client'],
    ['without a secret', undefined, new Map([['client_id', 'id']]), 'invalid_client'],
    ['without an id', undefined, new Map([['client_secret', 's']]), 'invalid_client'],
    ['of another scheme', 'Bearer abc', none, 'invalid_client'],
    ['that are not base64', 'Basic !!!', none, 'invalid_client'],
    ['without a colon', basic('id'), none, 'invalid_client'],
    ['with an empty id', basic(':s'), none, 'invalid_client'],
  ])('%s are refused', (_name, header, parameters, code) => {
    expect(() => readCredentials(header, parameters)).toThrow(expect.objectContaining({ code }));
  });
});

const pepper = 'x'.repeat(32);
const secrets = [randomSecret('ets_'), randomSecret('ets_')];

function createSetup(status: StoredClient['status'] = 'active') {
  const stored: StoredClient = {
    _id: 'c1',
    name: 'TMS',
    status,
    scopes: ['connectdata/events'],
    grants: [],
    secrets: secrets.map((secret) => ({ hash: keyedHash(pepper, secret), createdAt: new Date(0) })),
    createdAt: new Date(0),
    changedAt: new Date(0),
    revokedBefore: null,
  };
  const find = (id: string) => Promise.resolve(id === stored._id ? stored : null);
  return createAuthenticateClient({ clients: { find }, pepper });
}

describe('a client', () => {
  it('is known by either of its two secrets', async () => {
    for (const secret of secrets) {
      expect(await createSetup()({ clientId: 'c1', secret })).toMatchObject({ _id: 'c1' });
    }
  });

  it('is refused alike for an unknown id, a wrong secret, no secret, the hash itself, and when it is not active', async () => {
    const [secret = ''] = secrets;
    const refusals = await Promise.allSettled([
      createSetup()({ clientId: 'c2', secret }),
      createSetup()({ clientId: 'c1', secret: `${secret}x` }),
      createSetup()({ clientId: 'c1', secret: '' }),
      createSetup()({ clientId: 'c1', secret: keyedHash(pepper, secret) }),
      createSetup('disabled')({ clientId: 'c1', secret }),
      createSetup('deleted')({ clientId: 'c1', secret }),
    ]);
    for (const refusal of refusals) {
      expect(refusal).toMatchObject({
        status: 'rejected',
        reason: { code: 'invalid_client', headers: { 'WWW-Authenticate': 'Basic realm="envase"' } },
      });
    }
  });

  it('takes as long to refuse when it is unknown as when its secret is wrong', async () => {
    const authenticate = createSetup();
    const timeOf = async (clientId: string) => {
      const startedAt = performance.now();
      await authenticate({ clientId, secret: 'wrong' }).catch((error: unknown) =>
        expect(error).toBeDefined(),
      );
      return performance.now() - startedAt;
    };
    const times: { unknown: number[]; wrong: number[] } = { unknown: [], wrong: [] };
    for (let round = 0; round < 400; round += 1) {
      times.unknown.push(await timeOf('c2'));
      times.wrong.push(await timeOf('c1'));
    }
    const medianOf = (list: number[]) => list.toSorted((a, b) => a - b)[list.length / 2] ?? 0;
    const ratio = medianOf(times.unknown) / medianOf(times.wrong);
    // Loose, as other work on the machine disturbs both; a step that is left out would show as more.
    expect(ratio).toBeGreaterThan(0.5);
    expect(ratio).toBeLessThan(2);
  });
});
