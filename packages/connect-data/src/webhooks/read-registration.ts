import { type Issue, parseWebhook, toPointer, type WebhookRegistration } from '@envase/contracts';
import type { Tenant } from '@envase/db';
import { type EgressPolicy, judgeUrl } from '@envase/egress';
import { AppError } from '@envase/runtime';
import { isGranted } from '../events/resolve-owner.ts';

type Body = Record<string, unknown>;

/** Properties that an answer shows as null: a client may send them back as they came. */
const nullable: readonly string[] = ['url', 'orgId', 'svcId', 'description'];

/**
 * Reads and checks a registration: shape, address, and that the client may hear that organization (contract s6, s10). Throws
 * `invalid_request` with every fault, or `forbidden`, the same for unknown and foreign.
 */
export function readRegistration(body: unknown, tenant: Tenant, policy: EgressPolicy): WebhookRegistration {
  const sent = isObject(body) ? withoutNulls(body) : body;
  const parsed = parseWebhook(sent);
  const issues = [
    ...(parsed.ok ? [] : parsed.issues),
    ...(isObject(sent) ? findHiddenFaults(sent, policy) : []),
  ];
  if (!parsed.ok || issues.length > 0) {
    throw new AppError('invalid_request', 'The web-hook is not valid', { details: issues });
  }
  const { orgId = null, svcId = null } = parsed.registration;
  if (!isGranted(tenant.grants, { orgId, svcId })) {
    throw new AppError('forbidden', 'This client may not act for that organization and service');
  }
  return parsed.registration;
}

export function isObject(body: unknown): body is Body {
  return typeof body === 'object' && body !== null && !Array.isArray(body);
}

function withoutNulls(body: Body): Body {
  const kept = Object.entries(body).filter(([name, value]) => value !== null || !nullable.includes(name));
  return Object.fromEntries(kept);
}

/** What the schema cannot see, or is not asked. */
function findHiddenFaults(sent: Body, policy: EgressPolicy): Issue[] {
  const { signingKey, description, filters } = sent;
  return [
    ...findFalseFilters(filters),
    ...findHalfCharacters({ signingKey, description, filters }),
    ...findUrlFault(sent.url, policy),
  ];
}

/** Half of a surrogate pair has no bytes: it can neither be signed with, nor stored, nor compared (RFC 8785 s3.2.2.2). */
function findHalfCharacters(value: unknown, path: PropertyKey[] = []): Issue[] {
  if (typeof value === 'string') {
    return value.isWellFormed() ? [] : [{ path: toPointer(path), message: 'holds half a character' }];
  }
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, inner]) => findHalfCharacters(inner, [...path, key]));
}

function findUrlFault(url: unknown, policy: EgressPolicy): Issue[] {
  // Another type, or nothing, is the schema's to refuse.
  if (typeof url !== 'string' || url === '') return [];
  const judged = judgeUrl(url, policy);
  return judged.ok ? [] : [{ path: '/url', message: judged.reason }];
}

/** zod leaves `__proto__` out of what it parses, and a filter without its only path would hear everything. */
function findFalseFilters(filters: unknown): Issue[] {
  const list = Array.isArray(filters) ? filters : [filters];
  return list.flatMap((filter, index) => {
    if (!isObject(filter) || !Object.hasOwn(filter, '__proto__')) return [];
    const path = Array.isArray(filters) ? ['filters', index, '__proto__'] : ['filters', '__proto__'];
    return [{ path: toPointer(path), message: 'is not a path of an event' }];
  });
}
