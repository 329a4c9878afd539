import { errorBody } from '@envase/contracts';
import { AppError } from '@envase/runtime';
import type { z } from 'zod';
import type { DescribedAnswer, Endpoint } from '../endpoint.ts';
import { codesOf } from '../error-answer.ts';
import type { Route } from '../router.ts';
import { errorStatuses, toMore } from './answers-of.ts';
import { headerComponents, headersOf, keyParameter, refTo } from './describe-headers.ts';
import { createSchemaWriter, type JsonSchema, type SchemaWriter } from './describe-schema.ts';
import { nameOperation, nameTag } from './name-operation.ts';

export interface ApiInfo {
  title: string;
  /** CommonMark. */
  description: string;
  version: string;
  /** CommonMark, by tag: the first part of a path below `/api`. */
  tags: Readonly<Record<string, string>>;
}

const jsonType = 'application/json';

/**
 * The OpenAPI 3.1 document of a list of routes, from the schemas that validate them (contract s2). Throws `internal` for a route that
 * describes no answer of its own, for a tag without a description, and for a name that two routes have.
 */
export function describeApi(routes: readonly Route[], info: ApiInfo): object {
  const schemas = createSchemaWriter();
  const { title, description, version, tags } = info;
  const paths: Record<string, Record<string, object>> = {};
  const names = new Set<string>();
  for (const route of routes) {
    const name = nameOperation(route);
    if (names.has(name)) throw new AppError('internal', `Two routes are named ${name}`);
    names.add(name);
    requireDescribed(route, tags);
    const path = toTemplate(route.path);
    paths[path] = { ...paths[path], [route.method.toLowerCase()]: describeRoute(route, schemas) };
  }
  const used = new Set(routes.map(({ path }) => nameTag(path)));
  return {
    openapi: '3.1.1',
    info: { title, description, version },
    servers: [{ url: '/' }],
    tags: Object.entries(tags).flatMap(([tag, text]) =>
      used.has(tag) ? [{ name: tag, description: text }] : [],
    ),
    paths,
    components: {
      responses: describeErrors(routes, schemas),
      schemas: schemas.components(),
      headers: headerComponents,
      parameters: { idempotencyKey: keyParameter },
      securitySchemes: { token: tokenScheme },
    },
  };
}

const tokenScheme = {
  type: 'http',
  scheme: 'bearer',
  bearerFormat: 'JWT',
  description:
    'An access token of the Identity Manager: `POST /oauth2/token` with `grant_type=client_credentials`. It holds for one hour.',
};

function requireDescribed({ method, path, endpoint }: Route, tags: ApiInfo['tags']): void {
  const answers = Object.keys(endpoint.answers ?? {});
  if (!answers.some((status) => status.startsWith('2'))) {
    throw new AppError('internal', `${method} ${path} does not describe what it answers: give it answers`);
  }
  if (endpoint.summary === undefined) throw new AppError('internal', `${method} ${path} has no summary`);
  if (!Object.hasOwn(tags, nameTag(path)))
    throw new AppError('internal', `${nameTag(path)} has no description`);
}

/** `/a/:id{/*rest}` as a URI template. */
function toTemplate(path: string): string {
  return path.replace(/\{\/\*(\w+)\}/g, '/:$1').replace(/:(\w+)/g, '{$1}');
}

function describeRoute(route: Route, schemas: SchemaWriter): object {
  const { endpoint, method, path } = route;
  const parameters = [
    ...describePath(toTemplate(path), endpoint, schemas),
    ...describeQuery(endpoint, schemas),
    ...(method === 'POST' && endpoint.scope !== null ? [refTo('parameters', 'idempotencyKey')] : []),
  ];
  const body = describeBody(endpoint, schemas);
  return {
    operationId: nameOperation(route),
    tags: [nameTag(path)],
    summary: endpoint.summary,
    ...(parameters.length > 0 ? { parameters } : {}),
    ...(method === 'GET' || body === null ? {} : { requestBody: body }),
    responses: describeAnswers(route, schemas),
    security: endpoint.scope === null ? [] : [{ token: [endpoint.scope] }],
  };
}

function describePath(template: string, { params }: Endpoint, schemas: SchemaWriter): object[] {
  const known = membersOf(params, schemas);
  return [...template.matchAll(/\{(\w+)\}/g)].map(([, name = '']) => ({
    name,
    in: 'path',
    required: true,
    schema: known.properties[name] ?? { type: 'string' },
  }));
}

function describeQuery({ query }: Endpoint, schemas: SchemaWriter): object[] {
  const { properties, required } = membersOf(query, schemas);
  return Object.entries(properties).map(([name, { description, ...schema }]) => ({
    name,
    in: 'query',
    ...(required.includes(name) ? { required: true } : {}),
    ...(description === undefined ? {} : { description }),
    schema,
  }));
}

function membersOf(schema: z.ZodType | undefined, schemas: SchemaWriter) {
  const written = schema ? schemas.write(schema, 'in') : {};
  // The cast: path and query are objects or nothing.
  const { properties = {}, required = [] } = written as {
    properties?: Record<string, JsonSchema>;
    required?: string[];
  };
  return { properties, required };
}

function describeBody({ body, takes = {} }: Endpoint, schemas: SchemaWriter): object | null {
  const schema = takes.schema ?? body;
  if (!schema) return null;
  const examples = Object.entries(takes.examples ?? {}).map(([name, value]) => [name, { value }] as const);
  const content = {
    schema: schemas.write(schema, 'in'),
    ...(examples.length > 0 ? { examples: Object.fromEntries(examples) } : {}),
  };
  return { required: true, content: { [takes.type ?? jsonType]: content } };
}

function describeAnswers(route: Route, schemas: SchemaWriter): object {
  const own = Object.entries(route.endpoint.answers ?? {}).map(([status, described]) => [
    status,
    {
      description: sayStatus(Number(status)),
      headers: headersOf(route, Number(status), toMore(described).headers),
      ...describeContent(described, schemas),
    },
  ]);
  const errors = errorStatuses(route).map((status) => [String(status), refTo('responses', `error${status}`)]);
  return Object.fromEntries([...errors, ...own]);
}

function describeContent(described: DescribedAnswer, schemas: SchemaWriter): object {
  const { schema, types = [] } = toMore(described);
  const isBodiless = schema?.safeParse(undefined).success ?? false;
  const json = schema && !isBodiless ? { [jsonType]: { schema: schemas.write(schema, 'out') } } : {};
  const files = types.map((type) => [type.split(';')[0], {}] as const);
  const content = { ...json, ...Object.fromEntries(files) };
  return Object.keys(content).length > 0 ? { content } : {};
}

const says: Readonly<Record<number, string>> = {
  200: 'Done',
  201: 'Made',
  202: 'Taken: it is done soon',
  204: 'Done; there is nothing to say',
  304: 'What you have is what there is',
};

function sayStatus(status: number): string {
  return says[status] ?? `\`${codesOf(status).join('`, `')}\``;
}

function describeErrors(routes: readonly Route[], schemas: SchemaWriter): object {
  const statuses = [...new Set(routes.flatMap(errorStatuses))].sort((one, other) => one - other);
  return Object.fromEntries(
    statuses.map((status) => [
      `error${status}`,
      {
        description: sayStatus(status),
        headers: headersOf(null, status),
        content: { [jsonType]: { schema: schemas.write(errorBody, 'out') } },
      },
    ]),
  );
}
