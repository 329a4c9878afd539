import { verifyAudit } from '@envase/http';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ApiClient } from './api-client.ts';
import { gateHook } from './build.ts';
import { startTestApi, type TestApi } from './start-test-api.ts';

let api: TestApi;
let client: ApiClient;

beforeAll(async () => {
  api = await startTestApi();
  client = await api.addClient({ grants: [{ orgId: 'org-a', svcId: '*' }] });
});
afterAll(() => api[Symbol.asyncDispose]());

function register(key: string, hook: object) {
  return client.post('/api/webhooks', hook, { 'idempotency-key': key });
}

describe('calls that change something', () => {
  it('answer a repeated key with the first answer, and refuse it for another body', async () => {
    const hook = gateHook({ url: 'https://one.example.com/hooks' });
    const first = await register('key-1', hook);
    const again = await register('key-1', hook);
    expect(first.status).toBe(201);
    expect(again.status).toBe(201);
    expect(again.body).toEqual(first.body);
    expect(again.headers.get('idempotency-replayed')).toBe('true');
    const other = await register('key-1', gateHook({ url: 'https://two.example.com/hooks' }));
    expect([other.status, other.body.code]).toEqual([422, 'idempotency_mismatch']);
  });

  it('leave a chain of audit rows, publishes none', async () => {
    const { body } = await client.post('/api/webhooks', gateHook({ url: 'https://three.example.com/hooks' }));
    await client.delete(`/api/webhooks/${body.id}`);
    await client.post('/api/events', { type: 'GATE', action: 'X', orgId: 'org-a', svcId: 's', payload: {} });
    const rows = await api.db.connection.collection('audit').find({}).toArray();
    const routes = rows.map(({ method, route }) => `${method} ${route}`);
    expect(routes).toContain('POST /api/webhooks');
    expect(routes).toContain('DELETE /api/webhooks/:id');
    expect(routes).not.toContain('POST /api/events');
    const chains = [...new Set(rows.map(({ chain }) => String(chain)))];
    const verdicts = await Promise.all(chains.map((chain) => verifyAudit(api.db.repositories.audit, chain)));
    expect(verdicts.every(({ ok }) => ok)).toBe(true);
  });
});
