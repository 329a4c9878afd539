import { clearFailpoints, setFailpoint } from '@envase/runtime';
import { startFrontDoor } from '@envase/testing';
import { expect, it, onTestFinished } from 'vitest';
import { createApiClient } from './api-client.ts';
import { containerEvent } from './build.ts';
import { startTestApi } from './start-test-api.ts';

// Crash point C0 of research/reliability-security-performance.md 1.5; the thousand repeats at once stand in idempotency.test.ts.
it('a connection that drops before the 201 (C0) costs a repeat with the same key, not a second event', async () => {
  await using api = await startTestApi();
  const { clientId, token } = await api.addClient();
  const target = { host: '127.0.0.1', port: Number(new URL(api.url).port) };
  const door = await startFrontDoor(target);
  onTestFinished(() => door.close());
  const client = createApiClient({ url: `http://127.0.0.1:${door.port}`, clientId, token, answers: [] });
  const publish = () => client.post('/api/events', containerEvent(), { 'idempotency-key': 'the-same' });
  // Stored, and nobody will read the answer.
  setFailpoint('C2', () => door.cut());
  await expect(publish()).rejects.toThrow('fetch failed');
  clearFailpoints();
  door.openTo(target);
  const repeat = await publish();
  expect([repeat.status, repeat.headers.get('idempotency-replayed')]).toEqual([201, 'true']);
  const tenant = { clientId, grants: [{ orgId: 'org-a', svcId: 'svc-1' }] };
  const { items } = await api.db.repositories.events.list(tenant, {}, { limit: 10 });
  expect(items.map(({ _id }) => _id)).toEqual([repeat.body.id]);
});
