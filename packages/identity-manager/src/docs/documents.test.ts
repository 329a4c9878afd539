import { fileURLToPath } from 'node:url';
import { Validator } from '@seriousme/openapi-schema-validator';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { callAdmin, fetchToken, postForm } from '../../test/oauth-client.ts';
import { openTestIdentity, type TestIdentity } from '../../test/open-test-identity.ts';

interface Operation {
  requestBody?: { content: Record<string, { examples?: Record<string, { value: object }> }> };
}
interface OpenApi {
  openapi: string;
  paths: Record<string, Record<string, Operation>>;
}

let identity: TestIdentity;
let document: OpenApi;
beforeAll(async () => {
  identity = await openTestIdentity();
  const answer = await callAdmin(`${identity.url}/openapi.json`);
  expect([answer.status, answer.headers.get('cache-control')]).toEqual([200, 'public, max-age=300']);
  // The cast: valid, as the first test finds.
  document = answer.body as unknown as OpenApi;
});
afterAll(() => identity.close());

it('is valid OpenAPI 3.1', async () => {
  expect(await new Validator().validate({ ...document })).toEqual({ valid: true });
  expect(document.openapi).toMatch(/^3\.1\./);
});

it('is the file beside the package', async () => {
  const file = fileURLToPath(new URL('../../openapi.json', import.meta.url));
  await expect(`${JSON.stringify(document, null, 2)}\n`).toMatchFileSnapshot(file);
});

it('holds examples that the running server takes', async () => {
  const operator = await identity.clients.create({
    name: 'Operator',
    scopes: ['connectdata/events', 'connectdata/admin'],
    grants: [],
  });
  const token = await fetchToken(identity.url, operator, 'connectdata/admin');
  const { id } = await identity.clients.create({ name: 'TMS', scopes: ['connectdata/events'], grants: [] });
  const sent: string[] = [];
  for (const { path, method, type, value } of listBodies()) {
    const url = `${identity.url}${path.replace('{id}', id)}`;
    const { status } = type.includes('json')
      ? await callAdmin(url, { token, method: method.toUpperCase(), body: value })
      : // The cast: a form has texts only.
        await postForm(url, value as Record<string, string>, { as: operator });
    expect(status, `${method} ${path}`).toBeLessThan(300);
    sent.push(`${method} ${path}`);
  }
  expect([...new Set(sent)].sort()).toEqual([
    'patch /admin/clients/{id}',
    'post /admin/clients',
    'post /oauth2/token',
  ]);
});

function listBodies() {
  const operations = Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, { requestBody }]) => ({ path, method, requestBody })),
  );
  return operations.flatMap(({ path, method, requestBody }) =>
    Object.entries(requestBody?.content ?? {}).flatMap(([type, { examples = {} }]) =>
      Object.values(examples).map(({ value }) => ({ path, method, type, value })),
    ),
  );
}
