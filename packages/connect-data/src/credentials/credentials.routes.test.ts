import { createCredentialRepository } from '@envase/db';
import { createKeyRing, parseKeyRing } from '@envase/runtime';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ApiClient } from '../../test/api-client.ts';
import { keyRingText, startTestApi, type TestApi } from '../../test/start-test-api.ts';

let api: TestApi;
let client: ApiClient;
beforeAll(async () => {
  api = await startTestApi();
  client = await api.addClient();
});
afterAll(() => api[Symbol.asyncDispose]());

let providers = 0;
const newPath = (id = `customer_port_${++providers}`) => `/api/credentials/${id}`;
const login = (changes: object = {}) => ({
  orgId: 'org-a',
  user: 'canary-user',
  password: 'canary-password',
  ...changes,
});
const read = (path: string) => client.get(`${path}?orgId=org-a`);
const stored = () => createCredentialRepository(api.db.connection, createKeyRing(parseKeyRing(keyRingText)));

describe('a login', () => {
  it('is put, checked at once where the provider can be asked, read without its values, and removed', async () => {
    const path = newPath('customer_port');
    const put = await client.put(path, login());
    const shown = {
      providerId: 'customer_port',
      orgId: 'org-a',
      fields: ['password', 'user'],
      status: 'accepted',
      checkedAt: expect.any(String),
    };
    expect([put.status, put.body]).toEqual([201, shown]);
    expect((await read(path)).body).toEqual(put.body);
    const opened = await stored().open('org-a', 'customer_port');
    expect(opened).toMatchObject({
      fields: { user: 'canary-user', password: 'canary-password' },
      status: 'accepted',
    });
    expect((await client.delete(`${path}?orgId=org-a`)).status).toBe(204);
    expect((await read(path)).status).toBe(404);
    expect((await client.delete(`${path}?orgId=org-a`)).status).toBe(404);
  });

  it('stays unchecked where the provider cannot be asked, and is replaced whole', async () => {
    const path = newPath();
    const first = await client.put(path, login());
    expect([first.status, first.body.status, first.body.checkedAt]).toEqual([201, 'unchecked', null]);
    const again = await client.put(path, login({ user: 'other', extra: 'ignored' }));
    expect([again.status, again.body.fields]).toEqual([200, ['password', 'user']]);
  });

  it('that the provider refuses is not kept', async () => {
    const path = newPath('customer_port');
    const refused = await client.put(path, login({ password: 'wrong' }));
    expect([refused.status, refused.body.code]).toEqual([400, 'invalid_request']);
    expect(refused.body.details).toMatchObject([{ path: '/user' }, { path: '/password' }]);
    expect((await read(path)).status).toBe(404);
  });

  it('is kept unchecked while the provider is away', async () => {
    const { status, body } = await client.put('/api/credentials/customer_port', login({ password: 'away' }));
    expect([status, body.status]).toEqual([201, 'unchecked']);
  });

  it('has every field that the manifest names', async () => {
    const { status, body } = await client.put(newPath(), { orgId: 'org-a', user: '', password: 7 });
    expect([status, body.details]).toEqual([
      400,
      [
        { path: '/user', message: expect.any(String) },
        { path: '/password', message: expect.any(String) },
      ],
    ]);
  });

  it('is refused where the platform’s own is used, and unknown where the provider is', async () => {
    const platform = await client.put('/api/credentials/apm', login());
    expect([platform.status, platform.body.code]).toEqual([400, 'invalid_request']);
    expect((await client.put('/api/credentials/nobody', login())).status).toBe(404);
    expect((await read('/api/credentials/apm')).status).toBe(404);
    expect((await client.get('/api/credentials/apm')).body.details).toMatchObject([{ path: 'query.orgId' }]);
  });

  it('stands in no answer and no line of the log', () => {
    const said = [...api.answers, ...api.logs].join('\n');
    expect(said).toContain('customer_port');
    expect(said).not.toMatch(/canary-(user|password)/);
  });
});
