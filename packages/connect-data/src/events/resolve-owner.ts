import type { Grant } from '@envase/contracts';
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
  if (orgId !== null && svcId !== null) {
    if (isGranted(grants, { orgId, svcId })) return { orgId, svcId };
    throw new AppError('forbidden', 'This client may not act for that organization and service');
  }
  const fitting = grants.filter(
    (grant) =>
      grant.svcId !== '*' &&
      (orgId === null || grant.orgId === orgId) &&
      (svcId === null || grant.svcId === svcId),
  );
  const [only] = fitting;
  if (only && fitting.length === 1) return { orgId: only.orgId, svcId: only.svcId };
  const message = 'is needed: the client has not exactly one grant that it could follow from';
  const details = [
    ...(orgId === null ? [{ path: '/orgId', message }] : []),
    ...(svcId === null ? [{ path: '/svcId', message }] : []),
  ];
  throw new AppError('invalid_request', 'Organization and service are not clear', { details });
}

export function isGranted(grants: readonly Grant[], owner: Owner): boolean {
  return grants.some(
    (grant) => grant.orgId === owner.orgId && (grant.svcId === '*' || grant.svcId === owner.svcId),
  );
}
