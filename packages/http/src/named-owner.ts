import type { Grant } from '@envase/contracts';
import type { AnyInput } from './endpoint.ts';

/** The organization and service that a body names (`tmsId` is the older `svcId`, contract s3); null unless both are there. */
export function namedService({ body }: Pick<AnyInput, 'body'>): Grant | null {
  const orgId = textAt(body, 'orgId');
  const svcId = textAt(body, 'svcId') ?? textAt(body, 'tmsId');
  return orgId === null || svcId === null ? null : { orgId, svcId };
}

/** The organization that a call is about: named by its body or query, else the only one its client acts for, else null. */
export function namedOrganization(input: Pick<AnyInput, 'body' | 'query' | 'client'>): string | null {
  const named = textAt(input.body, 'orgId') ?? textAt(input.query, 'orgId');
  if (named !== null) return named;
  const [only, ...others] = new Set(input.client?.grants.map(({ orgId }) => orgId));
  return only !== undefined && others.length === 0 ? only : null;
}

function textAt(value: unknown, name: string): string | null {
  if (typeof value !== 'object' || value === null || !Object.hasOwn(value, name)) return null;
  const member: unknown = Reflect.get(value, name);
  return typeof member === 'string' && member !== '' ? member : null;
}
