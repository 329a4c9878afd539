import { fileURLToPath } from 'node:url';
import specs from '@asyncapi/specs';
import { Validator } from '@seriousme/openapi-schema-validator';
import { Ajv } from 'ajv';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ApiClient } from '../../test/api-client.ts';
import { createExampleJudge, listDeadReferences, listExamples } from '../../test/read-documents.ts';
import { startTestApi, type TestApi } from '../../test/start-test-api.ts';
import { publishExamples } from './request-examples.ts';

interface Operation {
  operationId: string;
  tags: string[];
  summary: string;
  requestBody?: { content: Record<string, { examples?: Record<string, { value: object }> }> };
}
interface OpenApi {
  openapi: string;
  tags: { name: string }[];
  paths: Record<string, Record<string, Operation>>;
}

let api: TestApi;
let client: ApiClient;
const documents = { openapi: {} as object, asyncapi: {} as object };

beforeAll(async () => {
  api = await startTestApi();
  const { orgId, svcId } = publishExamples.availability;
  client = await api.addClient({ grants: [{ orgId, svcId }] });
  documents.openapi = await readJson('/api/openapi.json');
  documents.asyncapi = await readJson('/api/asyncapi.json');
});
afterAll(() => api[Symbol.asyncDispose]());

async function readJson(path: string): Promise<object> {
  const answer = await fetch(`${api.url}${path}`);
  expect(answer.status).toBe(200);
  // The cast: a document is an object, as the validators below find.
  return (await answer.json()) as object;
}

const openApi = () => documents.openapi as OpenApi; // valid, as the first test finds
const draft: object = specs.schemasWithoutId['3.0.0'];
const operations = () =>
  Object.entries(openApi().paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({ path, method: method.toUpperCase(), operation })),
  );

describe('openapi.json', () => {
  it('is valid OpenAPI 3.1', async () => {
    expect(await new Validator().validate({ ...documents.openapi })).toEqual({ valid: true });
    expect(openApi().openapi).toMatch(/^3\.1\./);
    expect(listDeadReferences(documents.openapi)).toEqual([]);
  });

  it('describes every route, and no other', () => {
    const routes = api.routes.map(({ method, path }) => `${method} ${path}`);
    const described = operations().map(
      ({ method, path }) => `${method} ${path.replace(/\{(\w+)\}/g, ':$1')}`,
    );
    const templates = routes.map((route) => route.replace(/\{\/\*(\w+)\}/g, '/:$1'));
    expect(described.sort()).toEqual(templates.sort());
  });

  it('names each operation once, in a tag that it describes', () => {
    const names = operations().map(({ operation }) => operation.operationId);
    expect(new Set(names).size).toBe(names.length);
    const tags = openApi().tags.map(({ name }) => name);
    for (const { operation } of operations()) {
      expect(tags).toEqual(expect.arrayContaining(operation.tags));
      expect(operation.summary).toMatch(/^[A-Z]/);
    }
  });
});

describe('asyncapi.json', () => {
  it('is valid AsyncAPI 3', () => {
    const ajv = new Ajv({ strict: false, allErrors: true, validateFormats: false });
    const validate = ajv.compile(draft);
    expect(validate(documents.asyncapi), ajv.errorsText(validate.errors)).toBe(true);
    expect(listDeadReferences(documents.asyncapi)).toEqual([]);
  });
});

describe.each(['openapi', 'asyncapi'] as const)('%s.json', (name) => {
  it('is the file beside the package', async () => {
    const file = fileURLToPath(new URL(`../../${name}.json`, import.meta.url));
    await expect(`${JSON.stringify(documents[name], null, 2)}\n`).toMatchFileSnapshot(file);
  });

  it('holds examples, each as its schema says', () => {
    const judge = createExampleJudge(documents[name]);
    const examples = listExamples(documents[name]);
    expect(examples.length).toBeGreaterThan(4);
    expect(examples.map((one) => [one.at, judge(one)]).filter(([, fault]) => fault !== null)).toEqual([]);
  });

  it('is answered to everybody, kept by caches, and not sent again to who has it', async () => {
    const url = `${api.url}/api/${name}.json`;
    const first = await fetch(url);
    const etag = first.headers.get('etag') ?? '';
    expect(first.headers.get('cache-control')).toBe('public, max-age=300');
    expect(first.headers.get('content-type')).toBe('application/json; charset=utf-8');
    const again = await fetch(url, { headers: { 'if-none-match': `"other", W/${etag}` } });
    expect([again.status, await again.text(), again.headers.get('etag')]).toEqual([304, '', etag]);
    expect((await fetch(url, { headers: { 'if-none-match': '"other"' } })).status).toBe(200);
  });
});

describe('examples of bodies', () => {
  it('are taken by the running server', async () => {
    const hook = await client.post('/api/webhooks', {
      triggers: ['*'],
      entityType: 'GATE',
      delivery: 'pull',
    });
    const ids: Record<string, unknown> = { '/api/webhooks/{id}': hook.body.id };
    const sent: string[] = [];
    for (const { path, method, operation } of operations()) {
      const { examples = {} } = operation.requestBody?.content['application/json'] ?? {};
      for (const [name, { value }] of Object.entries(examples)) {
        const url = path.replace('{id}', String(ids[path]));
        const answer = await client.send(method, url, { body: value });
        expect(answer.status, `${method} ${path} ${name}: ${answer.text}`).toBeLessThan(300);
        sent.push(`${method} ${path}`);
      }
    }
    expect([...new Set(sent)]).toEqual(
      expect.arrayContaining(['POST /api/events', 'POST /api/webhooks', 'PATCH /api/webhooks/{id}']),
    );
  });
});
