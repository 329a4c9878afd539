import type { TraceDoc } from '@envase/db';
import { hashId, newEventId } from '@envase/runtime';
import { buildTraceDoc } from '@envase/testing';

/** A published trace of `apm` at USLAX, due now. */
export function buildTrace(overrides: Partial<TraceDoc> & Pick<TraceDoc, 'number'>): TraceDoc {
  const id = newEventId();
  const key = { orgId: 'org-1', svcId: 'svc-1', siteId: 'USLAX', ...overrides };
  return buildTraceDoc(new Date(), {
    _id: hashId(key.orgId, key.svcId, key.number, key.siteId),
    siteId: 'USLAX',
    applied: [id],
    lastCommandId: id,
    ...overrides,
  });
}
