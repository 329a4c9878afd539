import { afterAll, beforeAll, expect, it } from 'vitest';
import { startTestApi, type TestApi } from '../../test/start-test-api.ts';

let api: TestApi;
beforeAll(async () => {
  api = await startTestApi();
});
afterAll(() => api[Symbol.asyncDispose]());

const page = async () => {
  const answer = await fetch(`${api.url}/docs`);
  return { answer, html: await answer.text() };
};

it('is a page that loads only from here, and may not do otherwise', async () => {
  const { answer, html } = await page();
  expect([answer.status, answer.headers.get('content-type')]).toEqual([200, 'text/html; charset=utf-8']);
  const policy = answer.headers.get('content-security-policy') ?? '';
  expect(policy).toContain("default-src 'none'");
  const sources = policy.split('; ').flatMap((directive) => directive.split(' ').slice(1));
  expect([...new Set(sources)].sort()).toEqual(["'none'", "'self'", "'unsafe-inline'", 'data:']);
  expect(policy).toContain("script-src 'self';");
  expect(html).not.toMatch(/https?:|\/\/[a-z]/);
  // Nothing inline, which the policy would refuse.
  expect(html).not.toMatch(/<script>|<style|\son\w+=/);
});

it('loads everything that it names, of the type that it needs', async () => {
  const { html } = await page();
  const named = [...html.matchAll(/(?:src|href)="([^"]+)"/g)].map(([, path = '']) => path);
  const types: Record<string, string | null> = {};
  for (const path of named) {
    const answer = await fetch(`${api.url}${path}`);
    expect(answer.status, path).toBe(200);
    expect((await answer.arrayBuffer()).byteLength, path).toBeGreaterThan(100);
    types[path] = answer.headers.get('content-type');
  }
  expect(types).toEqual({
    '/docs/favicon-32x32.png': 'image/png',
    '/docs/swagger-ui.css': 'text/css; charset=utf-8',
    '/docs/swagger-ui-bundle.js': 'text/javascript; charset=utf-8',
    '/docs/start.js': 'text/javascript; charset=utf-8',
  });
});

it('starts with our document, and sends it to no validator elsewhere', async () => {
  const script = await (await fetch(`${api.url}/docs/start.js`)).text();
  expect(script).toContain("url: '/api/openapi.json'");
  expect(script).toContain('validatorUrl: null');
  const css = await (await fetch(`${api.url}/docs/swagger-ui.css`)).text();
  const loaded = [...css.matchAll(/url\(["']?([^"')]{0,20})/g)].map(([, target = '']) => target);
  expect(loaded.filter((target) => !target.startsWith('data:'))).toEqual([]);
  expect(css).not.toContain('@import');
});

it.each(['package.json', '..%2F..%2Fpackage.json', 'constructor', '__proto__', 'swagger-ui.js.map'])(
  'has no file %s',
  async (name) => {
    const answer = await fetch(`${api.url}/docs/${name}`);
    expect([answer.status, answer.headers.get('content-type')]).toEqual([
      404,
      'application/json; charset=utf-8',
    ]);
  },
);
