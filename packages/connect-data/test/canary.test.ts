import { clearFailpoints, setFailpoint } from '@envase/runtime';
import { waitFor } from '@envase/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ApiClient } from './api-client.ts';
import { addTrace, containerEvent, gateEvent, gateHook } from './build.ts';
import { startTestApi, type TestApi } from './start-test-api.ts';

/** Secrets of a customer, each of which may stand nowhere but where it is sealed. */
const canaries = {
  key: 'canary-key-3f1c',
  nextKey: 'canary-next-9a72',
  header: 'canary-header-55b0',
  nextHeader: 'canary-other-c41d',
};
const words = Object.values(canaries);

let api: TestApi;
let client: ApiClient;
let path: string;

beforeAll(async () => {
  api = await startTestApi();
  client = await api.addClient();
  path = await useEveryRoute();
});
afterAll(() => api[Symbol.asyncDispose]());

/** Puts the secrets through every route that takes them, also where it refuses and where it breaks. */
async function useEveryRoute(): Promise<string> {
  const secrets = {
    signingKey: canaries.key,
    webhookHeaders: [{ name: 'X-Auth', value: canaries.header }],
  };
  const others = {
    signingKey: canaries.nextKey,
    webhookHeaders: [{ name: 'X-Auth', value: canaries.nextHeader }],
  };
  const { body } = await client.post('/api/webhooks', gateHook(secrets));
  const hook = `/api/webhooks/${String(body.id)}`;
  await client.post('/api/webhooks', gateHook(secrets));
  await client.put(hook, gateHook(others));
  await client.patch(hook, { ...secrets, description: 'changed' });
  await client.post('/api/webhooks', { ...secrets, url: `https://${canaries.key}:x@10.0.0.1/`, triggers: 1 });
  await client.post('/api/webhooks', gateHook({ ...secrets, webhookHeaders: [{ name: canaries.header }] }));
  await client.post(
    '/api/webhooks',
    gateHook({ signingKey: [canaries.key], webhookHeaders: canaries.header }),
  );
  await client.put(hook, { ...secrets, triggers: 'none' });
  await client.patch(hook, { signingKey: { canary: canaries.key } });
  await client.send('PATCH', hook, { text: `{"signingKey":"${canaries.key}"` });
  await client.post('/api/webhooks', gateHook({ ...secrets, orgId: 'org-z' }));
  for (const read of ['/api/webhooks', hook, `${hook}/deliveries`, '/api/providers', '/api/events']) {
    await client.get(read);
  }
  await client.post(`${hook}/enable`);
  setFailpoint('C1', 'throw');
  await client.post('/api/events', gateEvent());
  clearFailpoints();
  const refusedPublish = containerEvent({ payload: { providerId: 'none', data: { secret: canaries.key } } });
  await client.post('/api/events', refusedPublish);
  return hook;
}

const findIn = (texts: readonly string[]) =>
  texts.filter((text) => words.some((word) => text.includes(word)));

describe('secrets', () => {
  it('stand in no answer', () => {
    expect(api.answers.length).toBeGreaterThan(15);
    expect(findIn(api.answers)).toEqual([]);
  });

  it('stand in no log line', () => {
    expect(api.logs.length).toBeGreaterThan(15);
    expect(findIn(api.logs)).toEqual([]);
  });

  it('stand in the database only sealed', async () => {
    const texts: string[] = [];
    for (const { name } of (await api.db.connection.db?.listCollections().toArray()) ?? []) {
      const documents = await api.db.connection.collection(name).find({}).toArray();
      texts.push(...documents.map((document) => JSON.stringify(document)));
    }
    expect(texts.some((text) => text.includes('"sealed":"v1.r1.'))).toBe(true);
    expect(findIn(texts)).toEqual([]);
  });

  it('cannot be read back by anybody', async () => {
    const { body } = await client.get(path);
    expect(body).toMatchObject({ hasSigningKey: true, webhookHeaders: [{ name: 'X-Auth', value: '***' }] });
    expect(JSON.stringify(body)).not.toContain('v1.r1.');
  });
});

describe('Redis', () => {
  it('holds ids, and nothing that a customer sent', async () => {
    const customers = ['canary-reference', 'canary-company', 'MSCU7654321'];
    const payload = {
      containers: [{ id: customers[2] }],
      reference: customers[0],
      data: { companyName: customers[1] },
    };
    await addTrace(api);
    const { body } = await client.post('/api/events', containerEvent({ payload }));
    const texts = await waitFor(
      async () => {
        const found = await dumpRedis();
        return found.some((text) => text.includes(String(body.id))) && found;
      },
      { what: 'the job of the event' },
    );
    expect(findIn(texts)).toEqual([]);
    expect(texts.filter((text) => customers.some((word) => text.includes(String(word))))).toEqual([]);
  });
});

/** Every key of this test's prefix with its value as text. */
async function dumpRedis(): Promise<string[]> {
  const texts: string[] = [];
  for await (const keys of api.redis.scanStream({ match: `${api.prefix}:*`, count: 500 })) {
    for (const key of keys as string[]) {
      const value = await api.redis.dumpBuffer(key);
      texts.push(`${key} ${value?.toString('latin1') ?? ''}`);
    }
  }
  return texts;
}
