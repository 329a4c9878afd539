import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { tenant } from '../test/documents.ts';
import type { Tenant } from './repositories.ts';
import { narrowedScopeOf, ownScopeOf, type Scope, scopeOf } from './tenancy.ts';
import { assertScoped } from './tenant-guard.ts';

// Small alphabets, so that grants overlap.
const organizations = ['a', 'b', 'c'];
const services = ['1', '2', '3'];
const grants = fc.array(
  fc.record({ orgId: fc.constantFrom(...organizations), svcId: fc.constantFrom(...services, '*') }),
  { minLength: 1, maxLength: 8 },
);

/** What MongoDB makes of a scope. */
function isMatch(scope: Scope<string | null>, row: { orgId: string | null; svcId: string | null }): boolean {
  if (scope.$or) return scope.$or.some((branch) => isMatch(branch, row));
  const holds = (want: Scope<string | null>['orgId'], have: string | null) =>
    want === undefined ||
    (typeof want === 'object' && want !== null ? want.$in.includes(have) : want === have);
  return holds(scope.orgId, row.orgId) && holds(scope.svcId, row.svcId);
}

function isGranted({ grants: given }: Tenant, row: { orgId: string; svcId: string }): boolean {
  return given.some(({ orgId, svcId }) => orgId === row.orgId && (svcId === '*' || svcId === row.svcId));
}

const rows = organizations.flatMap((orgId) => services.map((svcId) => ({ orgId, svcId })));

it('matches exactly what is granted', () => {
  fc.assert(
    fc.property(grants, (given) => {
      const who = { clientId: 'x', grants: given };
      const scope = scopeOf(who);
      assertScoped(scope);
      for (const row of rows) expect(isMatch(scope, row)).toBe(isGranted(who, row));
    }),
  );
});

it('matches exactly what is granted and wanted', () => {
  const maybe = (values: string[]) => fc.option(fc.constantFrom(...values), { nil: undefined });
  fc.assert(
    fc.property(grants, maybe(organizations), maybe(services), (given, orgId, svcId) => {
      const who = { clientId: 'x', grants: given };
      const scope = narrowedScopeOf(who, { orgId, svcId });
      if (scope !== null) assertScoped(scope);
      for (const row of rows) {
        const isWanted = (orgId ?? row.orgId) === row.orgId && (svcId ?? row.svcId) === row.svcId;
        expect(scope !== null && isMatch(scope, row)).toBe(isWanted && isGranted(who, row));
      }
    }),
  );
});

it('lets hooks stand for all services of a granted organization, or for all organizations', () => {
  fc.assert(
    fc.property(grants, (given) => {
      const who = { clientId: 'x', grants: given };
      const scope = ownScopeOf(who);
      assertScoped(scope);
      expect(scope.clientId).toBe('x');
      expect(isMatch(scope, { orgId: null, svcId: null })).toBe(true);
      for (const orgId of organizations) {
        const hasAny = given.some((grant) => grant.orgId === orgId);
        expect(isMatch(scope, { orgId, svcId: null })).toBe(hasAny);
      }
      for (const row of rows) expect(isMatch(scope, row)).toBe(isGranted(who, row));
    }),
  );
});

it('needs no $or where all organizations are granted the same services', () => {
  expect(scopeOf(tenant(['a', '1'], ['b', '1']))).toEqual({ orgId: { $in: ['a', 'b'] }, svcId: '1' });
  expect(scopeOf(tenant(['a', '*'], ['a', '1']))).toEqual({ orgId: 'a' });
});

describe('a tenant that is not whole', () => {
  const broken: [string, unknown][] = [
    ['is missing', undefined],
    ['has no client', { grants: [{ orgId: 'a', svcId: '1' }] }],
    ['has an empty client', { clientId: '', grants: [{ orgId: 'a', svcId: '1' }] }],
    ['has an operator for a client', { clientId: { $ne: null }, grants: [{ orgId: 'a', svcId: '1' }] }],
    ['has no list of grants', { clientId: 'x' }],
    ['has an operator for grants', { clientId: 'x', grants: { $in: [] } }],
    ['has a grant without organization', { clientId: 'x', grants: [{ svcId: '1' }] }],
    ['has a grant without service', { clientId: 'x', grants: [{ orgId: 'a' }] }],
    ['has an empty organization', { clientId: 'x', grants: [{ orgId: '', svcId: '1' }] }],
    ['has all organizations', { clientId: 'x', grants: [{ orgId: '*', svcId: '*' }] }],
    ['has an operator for an organization', { clientId: 'x', grants: [{ orgId: { $ne: '' }, svcId: '1' }] }],
    ['has an operator for a service', { clientId: 'x', grants: [{ orgId: 'a', svcId: { $ne: '' } }] }],
    ['has an empty grant beside a good one', { clientId: 'x', grants: [{ orgId: 'a', svcId: '1' }, null] }],
  ];
  it.each(broken)('%s: it throws', (_, who) => {
    // What a caller could hand over in spite of the types.
    expect(() => scopeOf(who as Tenant)).toThrow(TypeError);
    expect(() => ownScopeOf(who as Tenant)).toThrow(TypeError);
  });

  it('has no grants: it is forbidden', () => {
    expect(() => scopeOf({ clientId: 'x', grants: [] })).toThrow(
      expect.objectContaining({ code: 'forbidden' }),
    );
  });
});

describe('the guard of filters', () => {
  const scoped: [string, object][] = [
    ['one organization', { orgId: 'a' }],
    ['several', { orgId: { $in: ['a', 'b'] } }],
    ['one on every branch', { $or: [{ orgId: 'a' }, { orgId: 'b', svcId: '1' }] }],
    ['hooks without one, of a client', { clientId: 'x', orgId: { $in: [null, 'a'] } }],
  ];
  it.each(scoped)('lets %s pass', (_, filter) => {
    expect(() => assertScoped(filter)).not.toThrow();
  });

  const open: [string, unknown][] = [
    ['nothing', undefined],
    ['an empty filter', {}],
    ['undefined', { orgId: undefined }],
    ['null', { orgId: null }],
    ['an empty text', { orgId: '' }],
    ['an operator', { orgId: { $ne: 'a' } }],
    ['an empty list', { orgId: { $in: [] } }],
    ['a list of nothing', { orgId: { $in: [null] } }],
    ['a list with an operator', { orgId: { $in: ['a', { $gt: '' }] } }],
    ['a branch without one', { $or: [{ orgId: 'a' }, { svcId: '1' }] }],
    ['no branches', { $or: [] }],
    ['one inside $and', { $and: [{ orgId: 'a' }] }],
  ];
  it.each(open)('throws on %s', (_, filter) => {
    expect(() => assertScoped(filter)).toThrow('needs an orgId');
  });
});
