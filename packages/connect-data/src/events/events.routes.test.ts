import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ApiClient } from '../../test/api-client.ts';
import { gateEvent } from '../../test/build.ts';
import { startTestApi, type TestApi } from '../../test/start-test-api.ts';

let api: TestApi;
let client: ApiClient;
beforeAll(async () => {
  api = await startTestApi();
  client = await api.addClient();
});
afterAll(() => api[Symbol.asyncDispose]());

describe('POST /api/events', () => {
  it('x', async () => {
    const answer = await client.post('/api/events', gateEvent());
    console.error(answer);
    expect(answer.status).toBe(201);
  });
});
