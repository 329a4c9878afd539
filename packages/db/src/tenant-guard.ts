import type { mongo, Query, Schema } from 'mongoose';

/** What repositories may do for a tenant. */
export type TenantCollection<T extends { _id: string }> = Pick<
  mongo.Collection<T>,
  'find' | 'findOne' | 'updateOne' | 'deleteOne'
>;

/** The collection as tenants may use it: a filter that does not name an organization throws (quality S1). */
export function guardCollection<T extends { _id: string }>(
  collection: mongo.Collection<T>,
): TenantCollection<T> {
  const guarded: Record<keyof TenantCollection<T>, unknown> = {
    find: guard(collection.find.bind(collection)),
    findOne: guard(collection.findOne.bind(collection)),
    updateOne: guard(collection.updateOne.bind(collection)),
    deleteOne: guard(collection.deleteOne.bind(collection)),
  };
  // Each method takes and gives what the one of the same name does.
  return guarded as TenantCollection<T>;
}

/** Mongoose plugin for collections of tenants: no query, count, change or aggregation without an organization. */
export function guardTenants(schema: Schema): void {
  const queries = /^(find|count|update|delete|replace|distinct)/;
  schema.pre<Query<unknown, unknown>>(queries, { document: false, query: true }, function () {
    assertScoped(this.getFilter());
  });
  schema.pre('aggregate', function () {
    const [first] = this.pipeline();
    assertScoped(first !== undefined && '$match' in first ? first.$match : {});
  });
}

/** Throws unless every way through the filter names an organization. */
export function assertScoped(filter: unknown): void {
  if (!isScoped(filter)) throw new TypeError('A tenant-scoped query needs an orgId');
}

function guard(method: (...parameters: never[]) => unknown): (...parameters: never[]) => unknown {
  return (...parameters) => {
    assertScoped(parameters[0]);
    return method(...parameters);
  };
}

function isScoped(filter: unknown): boolean {
  if (typeof filter !== 'object' || filter === null) return false;
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
