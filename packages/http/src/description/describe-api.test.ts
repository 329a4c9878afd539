import { createTestClock } from '@envase/runtime';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { type EndpointSpec, endpoint } from '../endpoint.ts';
import type { Method, Route } from '../router.ts';
import { createTokenBucket } from '../token-bucket.ts';
import { describeApi } from './describe-api.ts';

const thing = z.object({ id: z.uuid(), at: z.iso.datetime({ offset: true }) }).meta({ id: 'Thing' });
const answers = { 200: thing };
type Spec = EndpointSpec<'connectdata/events', unknown, unknown, unknown>;

function route(method: Method, path: string, spec: Partial<Spec> = {}): Route {
  const handle = () => ({ status: 200 });
  const scope = 'connectdata/events';
  return { method, path, endpoint: endpoint({ scope, summary: 'Do it', answers, handle, ...spec }) };
}

function describeRoutes(...routes: Route[]) {
  const info = {
    title: 'Things',
    description: 'All of them',
    version: '1',
    tags: { things: 'Them', admin: 'For operators' },
  };
  // The cast: tests look into the document.
  return describeApi(routes, info) as {
    // biome-ignore lint/suspicious/noExplicitAny: read by assertions only
    paths: Record<string, Record<string, any>>;
    components: { schemas: object };
  };
}

describe('describeApi', () => {
  it('writes path, query, body and answer from the schemas that validate, each named schema once', () => {
    const { paths, components } = describeRoutes(
      route('POST', '/api/things/:id/move', {
        params: z.object({ id: z.uuid() }),
        query: z.object({ far: z.enum(['yes', 'no']).default('no') }),
        body: z.object({ to: z.string().transform(Number) }),
        takes: { examples: { north: { to: '1' } } },
      }),
      route('GET', '/api/things', { answers: { 200: z.object({ data: z.array(thing) }) } }),
    );
    const { parameters, requestBody, responses, security } = paths['/api/things/{id}/move']?.post ?? {};
    expect(parameters).toEqual([
      { name: 'id', in: 'path', required: true, schema: { type: 'string', format: 'uuid' } },
      { name: 'far', in: 'query', schema: { type: 'string', enum: ['yes', 'no'], default: 'no' } },
      { $ref: '#/components/parameters/idempotencyKey' },
    ]);
    expect(requestBody.content['application/json']).toEqual({
      schema: { type: 'object', properties: { to: { type: 'string' } }, required: ['to'] },
      examples: { north: { value: { to: '1' } } },
    });
    expect(responses['200'].content['application/json'].schema).toEqual({
      $ref: '#/components/schemas/Thing',
    });
    expect(security).toEqual([{ token: ['connectdata/events'] }]);
    expect(components.schemas).toMatchObject({
      Thing: { properties: { at: { type: 'string', format: 'date-time' } }, required: ['id', 'at'] },
    });
    expect(JSON.stringify(components.schemas)).not.toContain('additionalProperties');
  });

  it('names the refusals that follow from how a route is made', () => {
    const limit = createTokenBucket({ limit: 1, windowMs: 1, clock: createTestClock(0) });
    const { paths } = describeRoutes(
      route('GET', '/api/things'),
      route('POST', '/api/things', { limit }),
      route('DELETE', '/api/things/:id', {
        params: z.object({ id: z.string() }),
        answers: { 204: z.undefined() },
      }),
      {
        method: 'PUT',
        path: '/things',
        endpoint: endpoint({ scope: null, summary: 'S', answers, handle: () => ({ status: 200 }) }),
      },
    );
    const statuses = (path: string, method: string) => Object.keys(paths[path]?.[method].responses);
    expect(statuses('/api/things', 'get')).toEqual(['200', '400', '401', '403', '500', '503']);
    expect(statuses('/api/things', 'post')).toEqual([
      '200',
      '400',
      '401',
      '403',
      '409',
      '413',
      '415',
      '422',
      '429',
      '500',
      '503',
    ]);
    expect(statuses('/api/things/{id}', 'delete')).toEqual([
      '204',
      '400',
      '401',
      '403',
      '404',
      '413',
      '415',
      '500',
      '503',
    ]);
    expect(statuses('/things', 'put')).toEqual(['200', '400', '413', '415', '500', '503']);
    expect(paths['/api/things']?.post.responses['200'].headers).toHaveProperty('RateLimit-Remaining');
    expect(paths['/api/things/{id}']?.delete.responses['204']).not.toHaveProperty('content');
  });

  it.each([
    ['GET', '/api/things', 'listThings'],
    ['GET', '/api/things/:id', 'getThing'],
    ['GET', '/api/things/:id/big-parts', 'getThingBigParts'],
    ['POST', '/api/things', 'createThing'],
    ['POST', '/api/things/:id/enable', 'enableThing'],
    ['PUT', '/api/things/:id', 'replaceThing'],
    ['PATCH', '/api/things/:id', 'changeThing'],
    ['DELETE', '/api/things/:id', 'deleteThing'],
    ['DELETE', '/admin/queries/:id', 'deleteQuery'],
  ] as const)('names %s %s %s', (method, path, name) => {
    const { paths } = describeRoutes(route(method, path));
    expect(Object.values(paths)[0]?.[method.toLowerCase()].operationId).toBe(name);
  });

  it('refuses a route without answers or summary, a tag without words, and a name that stands twice', () => {
    const refused = (...routes: Route[]) => expect(() => describeRoutes(...routes));
    refused(route('GET', '/api/things', { answers: {} })).toThrow('GET /api/things does not describe');
    refused(route('GET', '/api/things', { answers: { 404: thing } })).toThrow('does not describe');
    refused(route('GET', '/api/others')).toThrow('others has no description');
    refused(route('GET', '/api/things'), route('GET', '/things')).toThrow('named listThings');
    const other = z.object({ id: z.string() }).meta({ id: 'Thing2' });
    const changed = other.extend({ more: z.string() }).meta({ id: 'Thing2' });
    refused(
      route('GET', '/api/things', { answers: { 200: other } }),
      route('POST', '/api/things', { answers: { 200: changed } }),
    ).toThrow('two meanings');
  });
});
