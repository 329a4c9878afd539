import type { TraceDoc } from '@envase/db';
import { newEventId, newUuid } from '@envase/runtime';

/** A trace as the Trace Manager stores it: published at `at` for `apm`, due since then, not asked yet. */
export function buildTraceDoc(at: Date, changes: Partial<TraceDoc> = {}): TraceDoc {
  return {
    _id: `h${newUuid()}`,
    orgId: 'org-1',
    svcId: 'svc-1',
    isTest: false,
    type: 'CONTAINER',
    service: 'availability',
    number: 'MSCU1234566',
    providerId: 'apm',
    siteId: '',
    via: 'apm',
    rev: 1,
    trip: 1,
    tracing: true,
    stopReason: null,
    traceUntil: 'outgated',
    createdAt: at,
    tripStartedAt: at,
    lastTracedAt: null,
    nextTraceAt: at,
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
    applied: [],
    lastCommandId: newEventId(at.getTime()),
    seq: 0,
    outbox: [],
    state: null,
    ...changes,
  };
}
