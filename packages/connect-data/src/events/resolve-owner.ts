import type { Grant, Issue } from '@envase/contracts';
import { AppError } from '@envase/runtime';

export interface Owner {
  orgId: string;
  svcId: string;
}

/**
 * For whom a client acts (contract s3, s10): what it names must be granted, else 403 that is the same for unknown and
 * foreign; what it leaves out follows from its only grant with a concrete service.
 */
export function resolveOwner(
  grants: readonly Grant[],
  named: { orgId: string | null; svcId: string | null },
): Owner {
  const { orgId, svcId } = named;
  if (!isGranted(grants, named)) {
    throw new AppError('forbidden', 'This client may not act for that organization and service');
  }
  if (orgId !== null && svcId !== null) return { orgId, svcId };
  const fitting = grants.filter((grant) => grant.svcId !== '*' && isCovered(grant, named));
  const [only] = fitting;
  if (only && fitting.length === 1) return { orgId: only.orgId, svcId: only.svcId };
  throw new AppError('invalid_request', 'Organization and service are not clear', {
    details: listMissing(named),
  });
}

/** Whether one grant covers all that is named; what is not named is covered by any. */
export function isGranted(
  grants: readonly Grant[],
  named: { orgId: string | null; svcId: string | null },
): boolean {
  return grants.some((grant) => isCovered(grant, named));
}

function isCovered(grant: Grant, { orgId, svcId }: { orgId: string | null; svcId: string | null }): boolean {
  const coversService = svcId === null || grant.svcId === '*' || grant.svcId === svcId;
  return (orgId === null || grant.orgId === orgId) && coversService;
}

function listMissing({ orgId, svcId }: { orgId: string | null; svcId: string | null }): Issue[] {
  const message = 'is needed: the client does not have exactly one grant that it could follow from';
  return [
    ...(orgId === null ? [{ path: '/orgId', message }] : []),
    ...(svcId === null ? [{ path: '/svcId', message }] : []),
  ];
}
