import type { ObservationDoc, PauseDoc, TraceDoc } from '@envase/db';
import { notFound, type Observed, type PauseKind } from '@envase/domain';
import { newEventId } from '@envase/runtime';
import { applyOrder, type OrderContext } from '../src/orders/apply-order.ts';
import type { SettleContext } from '../src/settling/settle.ts';

export const startMs = Date.parse('2026-03-02T12:00:00Z');

/** An order context of a Real-Time provider with a floor of 30 s. */
export function buildOrderContext(overrides: Partial<OrderContext> = {}): OrderContext {
  const now = overrides.now ?? startMs;
  return {
    event: { id: newEventId(now), orgId: 'org', svcId: 'svc', isTest: false },
    order: {
      verb: 'trace',
      type: 'CONTAINER',
      service: 'availability',
      providerId: 'apm',
      siteId: 'USLAX',
      strictNumbers: false,
      traceUntil: 'outgated',
      replaces: null,
      steamshipLine: null,
      billOfLading: null,
      reference: null,
    },
    now,
    workflow: 'real_time',
    minForceMs: 30_000,
    via: 'apm',
    ...overrides,
  };
}

export const item = { traceId: 'h1', number: 'MSCU1234566' };

/** A trace just published. */
export function buildTrace(overrides: Partial<TraceDoc> = {}): TraceDoc {
  const trace = applyOrder(null, item, buildOrderContext());
  if (!trace) throw new Error('a publish makes a trace');
  return { ...trace, ...overrides };
}

export function buildPause(kind: PauseKind, id: string, until: Date | null): PauseDoc {
  const since = new Date(startMs);
  return { _id: `${kind}~${id}`, kind, id, reason: null, by: 'operator@test', since, until };
}

export function buildSettleContext(overrides: Partial<SettleContext> = {}): SettleContext {
  return {
    now: startMs + 60_000,
    speed: 1,
    random: () => 0.5,
    facts: {
      service: 'availability',
      providerType: 'terminal',
      traceUntil: 'outgated',
      zone: 'America/Los_Angeles',
    },
    ...overrides,
  };
}

/** An answer of the provider; `observed` are the facts beside "found". */
export function buildAnswer(
  trace: TraceDoc,
  observed: Partial<Observed> = {},
  atMs = startMs + 30_000,
): ObservationDoc {
  const at = new Date(atMs);
  return {
    _id: `${trace._id}~${newEventId(atMs)}`,
    traceId: trace._id,
    kind: 'answer',
    observedAt: at,
    lastAt: at,
    times: 1,
    hash: JSON.stringify(observed),
    mapperVersion: '1',
    raw: null,
    normalized: { ...notFound(at.toISOString()), found: true, ...observed },
    failure: null,
    forceSeq: trace.forceSeq,
  };
}

export function buildFailure(
  trace: TraceDoc,
  failure: Partial<NonNullable<ObservationDoc['failure']>> = {},
): ObservationDoc {
  return {
    ...buildAnswer(trace),
    kind: 'failure',
    normalized: null,
    failure: { code: 'provider_unavailable', message: 'no answer', retryAt: null, tell: null, ...failure },
  };
}

const dischargedAt = { at: '2026-03-02T04:15:00-08:00' };
export const discharged = {
  milestones: [{ code: 'discharged' as const, time: dischargedAt, location: null }],
};
