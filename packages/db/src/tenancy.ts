import type { Grant } from '@envase/contracts';
import { AppError } from '@envase/runtime';
import type { Schema } from 'mongoose';
import { requireText } from './check-values.ts';
import type { Tenant } from './repositories.ts';

/** Conditions that name an organization; made by `scopeOf` and `ownScopeOf` only. */
export interface Scope {
  clientId?: string;
  orgId?: string | { $in: (string | null)[] };
  svcId?: string | { $in: (string | null)[] };
  $or?: Scope[];
}

interface Wanted {
  orgId?: string | undefined;
  svcId?: string | undefined;
}

/**
 * The grants as a condition for `orgId` and `svcId` (quality S1), narrowed to what is wanted; null when nothing wanted is
 * granted. Throws on a tenant that is not whole: `undefined` in a filter would match more, not less.
 */
export function scopeOf(tenant: Tenant, wanted: Wanted = {}): Scope | null {
  const services = narrow(servicesByOrganization(tenant), wanted);
  if (services.size === 0) return null;
  const scopes = groupByServices(services).map(({ orgIds, svcIds }) => ({
    orgId: oneOf(orgIds),
    ...(svcIds === null ? {} : { svcId: oneOf(svcIds) }),
  }));
  return joinScopes(scopes);
}

/** The same for hooks, which belong to one client and may stand for all services, or for all organizations, it has. */
export function ownScopeOf(tenant: Tenant): Scope {
  const scopes = groupByServices(servicesByOrganization(tenant)).map(({ orgIds, svcIds }) => ({
    orgId: { $in: [null, ...orgIds] },
    ...(svcIds === null ? {} : { svcId: { $in: [null, ...svcIds] } }),
  }));
  return { clientId: tenant.clientId, ...joinScopes(scopes) };
}

/** Throws unless every way through the filter names an organization (quality S1). */
export function assertScoped(filter: object): void {
  if (!isScoped(filter)) throw new TypeError('A tenant-scoped query needs an orgId');
}

/** Mongoose plugin for collections of tenants: no query, count, change or aggregation without an `orgId`. */
export function guardTenants(schema: Schema): void {
  const queries = /^(find|count|update|delete|replace|distinct)/;
  schema.pre(queries, { document: false, query: true }, function () {
    assertScoped(this.getFilter());
  });
  schema.pre('aggregate', function () {
    const [first] = this.pipeline();
    assertScoped(first && '$match' in first ? first.$match : {});
  });
}

type Services = Map<string, Set<string> | '*'>;

function servicesByOrganization(tenant: Tenant): Services {
  requireText(tenant?.clientId, 'clientId of a tenant');
  if (!Array.isArray(tenant.grants)) throw new TypeError('grants of a tenant must be a list');
  if (tenant.grants.length === 0) {
    throw new AppError('forbidden', 'This client may not act for any organization');
  }
  const services: Services = new Map();
  for (const grant of tenant.grants) addGrant(services, grant);
  return services;
}

function addGrant(services: Services, grant: Grant): void {
  const orgId = requireText(grant?.orgId, 'orgId of a grant');
  const svcId = requireText(grant.svcId, 'svcId of a grant');
  if (orgId === '*') throw new TypeError('orgId of a grant must be one organization');
  const known = services.get(orgId);
  if (svcId === '*') services.set(orgId, '*');
  else if (known === undefined) services.set(orgId, new Set([svcId]));
  else if (known !== '*') known.add(svcId);
}

function narrow(services: Services, { orgId, svcId }: Wanted): Services {
  if (orgId !== undefined) requireText(orgId, 'orgId');
  if (svcId !== undefined) requireText(svcId, 'svcId');
  const kept: Services = new Map();
  for (const [organization, granted] of services) {
    if (orgId !== undefined && organization !== orgId) continue;
    if (svcId === undefined) kept.set(organization, granted);
    else if (granted === '*' || granted.has(svcId)) kept.set(organization, new Set([svcId]));
  }
  return kept;
}

interface Group {
  orgIds: string[];
  svcIds: string[] | null;
}

/** Organizations with the same services share a branch: most clients need no `$or`, which not every engine indexes. */
function groupByServices(services: Services): Group[] {
  const groups = new Map<string, Group>();
  for (const [orgId, granted] of services) {
    const svcIds = granted === '*' ? null : [...granted].sort();
    const key = JSON.stringify(svcIds);
    const group = groups.get(key);
    if (group) group.orgIds.push(orgId);
    else groups.set(key, { orgIds: [orgId], svcIds });
  }
  return [...groups.values()];
}

function joinScopes(scopes: Scope[]): Scope {
  const [first, ...rest] = scopes;
  return first !== undefined && rest.length === 0 ? first : { $or: scopes };
}

function oneOf(values: string[]): string | { $in: string[] } {
  const [first, ...rest] = values;
  return first !== undefined && rest.length === 0 ? first : { $in: values };
}

function isScoped(filter: object): boolean {
  const scope: { orgId?: unknown; $or?: unknown } = filter;
  if (namesOrganization(scope.orgId)) return true;
  return Array.isArray(scope.$or) && scope.$or.length > 0 && scope.$or.every(isScoped);
}

function namesOrganization(value: unknown): boolean {
  if (typeof value === 'string') return value.length > 0;
  if (typeof value !== 'object' || value === null || !('$in' in value)) return false;
  const names = value.$in;
  return Array.isArray(names) && names.some((name) => name !== null) && names.every(isName);
}

function isName(value: unknown): boolean {
  return value === null || (typeof value === 'string' && value.length > 0);
}
