import type { TraceDoc } from '@envase/db';
import { hashId, newEventId } from '@envase/runtime';

/** A published trace of `apm` at USLAX, due now. */
export function buildTrace(overrides: Partial<TraceDoc> & Pick<TraceDoc, 'number'>): TraceDoc {
  const now = new Date();
  const id = newEventId();
  const key = { orgId: 'org-1', svcId: 'svc-1', siteId: 'USLAX', ...overrides };
  return {
    _id: hashId(key.orgId, key.svcId, key.number, key.siteId),
    orgId: 'org-1',
    svcId: 'svc-1',
    isTest: false,
    type: 'CONTAINER',
    service: 'availability',
    providerId: 'apm',
    siteId: 'USLAX',
    via: 'apm',
    rev: 1,
    trip: 1,
    tracing: true,
    stopReason: null,
    traceUntil: 'outgated',
    createdAt: now,
    tripStartedAt: now,
    lastTracedAt: null,
    nextTraceAt: now,
    why: { rule: 'published', inputs: {}, losers: [] },
    lastWhy: null,
    priority: 1,
    queuedUntil: null,
    forceSeq: 1,
    forcedAt: null,
    settledForceSeq: 0,
    settled: null,
    failures: 0,
    notFoundCount: 0,
    applied: [id],
    lastCommandId: id,
    seq: 0,
    outbox: [],
    state: null,
    ...overrides,
  };
}
