import { createReadStream } from 'node:fs';
import { createRequire } from 'node:module';
import type { Readable } from 'node:stream';
import { describeApi, documentRoute, endpoint, type Route } from '@envase/http';
import { AppError } from '@envase/runtime';
import { z } from 'zod';
import { apiInfo } from './api-info.ts';
import { describeEvents } from './async-api.ts';
import { pageHeaders, referencePage, startScript } from './reference-page.ts';

const cached = { 'Cache-Control': 'public, max-age=300' };

/**
 * The description of all routes, these included, for programs and for people (contract s2, s9); open to everybody. `routes` is asked
 * for at the first request.
 */
export function docsRoutes(routes: () => readonly Route[]): Route[] {
  return [
    documentRoute('/api/openapi.json', {
      operationId: 'getOpenApi',
      summary: 'Read this document',
      make: () => describeApi(routes(), apiInfo),
    }),
    documentRoute('/api/asyncapi.json', {
      operationId: 'getAsyncApi',
      summary: 'Read what web-hooks receive, as AsyncAPI 3',
      make: describeEvents,
    }),
    pageRoute(),
    assetRoute(),
  ];
}

function pageRoute(): Route {
  return {
    method: 'GET',
    path: '/docs',
    endpoint: endpoint({
      scope: null,
      operationId: 'getReference',
      summary: 'Read this document as a page',
      answers: { 200: { types: ['text/html'] } },
      handle: () => ({ status: 200, body: referencePage, headers: { ...cached, ...pageHeaders } }),
    }),
  };
}

const script = 'text/javascript; charset=utf-8';
const require = createRequire(import.meta.url);

/** Files of the page: from the package of its renderer, and the script that starts it. */
const assets: Readonly<Record<string, { type: string; open: () => Readable | string }>> = {
  'swagger-ui-bundle.js': asFile(require.resolve('swagger-ui-dist/swagger-ui-bundle.js'), script),
  'swagger-ui.css': asFile(require.resolve('swagger-ui-dist/swagger-ui.css'), 'text/css; charset=utf-8'),
  'favicon-32x32.png': asFile(require.resolve('swagger-ui-dist/favicon-32x32.png'), 'image/png'),
  'start.js': { type: script, open: () => startScript },
};

function asFile(file: string, type: string) {
  return { type, open: () => createReadStream(file) };
}

function assetRoute(): Route {
  return {
    method: 'GET',
    path: '/docs/:file',
    endpoint: endpoint({
      scope: null,
      operationId: 'getReferenceFile',
      summary: 'Read a script or style of that page',
      params: z.object({ file: z.string() }),
      answers: { 200: { types: [...new Set(Object.values(assets).map(({ type }) => type))] } },
      handle: ({ params: { file } }) => {
        const asset = Object.hasOwn(assets, file) ? assets[file] : undefined;
        if (!asset) throw new AppError('not_found', 'There is no such file');
        const { type, open } = asset;
        const headers = { 'Content-Type': type, ...cached };
        return { status: 200, body: open(), headers };
      },
    }),
  };
}
