import type { Grant } from '@envase/contracts';
import { AppError } from '@envase/runtime';
import { requireText } from './check-values.ts';
import type { Tenant } from './repositories.ts';

/** Conditions that name an organization; made from grants only. `Id` is `string | null` for hooks, which may name none. */
export interface Scope<Id extends string | null = string> {
  orgId?: Id | { $in: Id[] };
  svcId?: Id | { $in: Id[] };
  $or?: Scope<Id>[];
}

interface Wanted {
  orgId?: string | undefined;
  svcId?: string | undefined;
}

/**
 * The grants as a condition for `orgId` and `svcId` (quality S1). Throws on a tenant that is not whole: `undefined` in a
 * filter would match more, not less.
 */
export function scopeOf(tenant: Tenant): Scope {
  return toScope(servicesByOrganization(tenant));
}

/** The grants narrowed to one organization or service; null where that is not granted, so nothing can be found. */
export function narrowedScopeOf(tenant: Tenant, wanted: Wanted): Scope | null {
  const services = narrow(servicesByOrganization(tenant), wanted);
  return services.size === 0 ? null : toScope(services);
}

/** The same for hooks, which belong to one client and may stand for all services, or for all organizations, it has. */
export function ownScopeOf(tenant: Tenant): Scope<string | null> & { clientId: string } {
  const scopes = groupByServices(servicesByOrganization(tenant)).map(({ orgIds, svcIds }) => ({
    orgId: { $in: [null, ...orgIds] },
    ...(svcIds === null ? {} : { svcId: { $in: [null, ...svcIds] } }),
  }));
  return { clientId: tenant.clientId, ...joinScopes(scopes) };
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

function toScope(services: Services): Scope {
  const scopes = groupByServices(services).map(({ orgIds, svcIds }) => ({
    orgId: oneOf(orgIds),
    ...(svcIds === null ? {} : { svcId: oneOf(svcIds) }),
  }));
  return joinScopes(scopes);
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

function joinScopes<Id extends string | null>(scopes: Scope<Id>[]): Scope<Id> {
  const [first, ...rest] = scopes;
  return first !== undefined && rest.length === 0 ? first : { $or: scopes };
}

function oneOf(values: string[]): string | { $in: string[] } {
  const [first, ...rest] = values;
  return first !== undefined && rest.length === 0 ? first : { $in: values };
}
