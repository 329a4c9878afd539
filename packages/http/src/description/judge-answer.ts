import { Readable } from 'node:stream';
import { isDeepStrictEqual } from 'node:util';
import type { z } from 'zod';
import type { Reply } from '../endpoint.ts';
import type { Route } from '../router.ts';
import { isJsonText } from '../send-reply.ts';
import { answersOf, toMore } from './answers-of.ts';

/**
 * What an answer holds that its route does not describe, as text for whoever runs a test; null where all is described. A property
 * that the schema does not name is a fault too, though clients have to expect some (contract, preface).
 */
export function judgeAnswer(route: Route, { status, body, headers }: Reply): string | null {
  const name = `${route.method} ${route.path} ${status}`;
  const described = answersOf(route).get(status);
  if (!described) return `${name}: this status is not described`;
  const type = headers?.['Content-Type'];
  const { schema, types = [] } = toMore(described);
  if (type !== undefined && types.some((one) => type.startsWith(one))) return null;
  if (!schema) return `${name}: ${type ?? 'JSON'} is not described`;
  const fault = judgeJson(schema, readJson(body));
  return fault ? `${name}: ${fault}` : null;
}

function readJson(body: Reply['body']): unknown {
  if (body === undefined || typeof body === 'string' || Buffer.isBuffer(body) || body instanceof Readable) {
    return body;
  }
  const text = isJsonText(body) ? body.json : JSON.stringify(body);
  // zod leaves this member out of what it parses: it cannot be compared.
  return JSON.parse(text, (key, value: unknown) => (key === '__proto__' ? undefined : value));
}

function judgeJson(schema: z.ZodType, value: unknown): string | null {
  const parsed = schema.safeParse(value);
  if (!parsed.success) return parsed.error.issues.map(describe).join('; ');
  return isDeepStrictEqual(parsed.data, value) ? null : `not described: ${findUnnamed(value, parsed.data)}`;
}

function describe({ path, message }: z.core.$ZodIssue): string {
  return `${path.map(String).join('.') || 'the body'}: ${message}`;
}

/** The path of the first member that the schema has left out or changed. */
function findUnnamed(given: unknown, kept: unknown, path = 'the body'): string {
  if (typeof given !== 'object' || given === null || typeof kept !== 'object' || kept === null) return path;
  for (const [name, value] of Object.entries(given)) {
    const same: unknown = Reflect.get(kept, name);
    if (!isDeepStrictEqual(value, same)) return findUnnamed(value, same, `${path}.${name}`);
  }
  return path;
}
