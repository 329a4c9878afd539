import type { StopReason, Workflow } from '@envase/contracts';
import type { StoredOrder, TraceDoc } from '@envase/db';
import type { Why } from '@envase/domain';
import { emitStopped } from '../settling/emit.ts';

export interface OrderContext {
  /** The publish: its id orders commands, since ids rise with time. */
  event: { id: string; orgId: string; svcId: string; isTest: boolean };
  order: Omit<StoredOrder, 'items'>;
  now: number;
  workflow: Workflow;
  /** Forced runs of one box are at least this far apart, in real milliseconds. */
  minForceMs: number;
  via: string;
}

const keptApplied = 8;
const keptTrips = 20;

/**
 * What a publish, stop or resume makes of one trace: the changed trace, or null when it changes nothing (applied before,
 * or an older command). Pure; the caller compares and sets on `rev`.
 */
export function applyOrder(
  current: TraceDoc | null,
  item: { traceId: string; number: string },
  context: OrderContext,
): TraceDoc | null {
  const { event, order } = context;
  if (current?.applied.includes(event.id)) return null;
  if (!current) return order.verb === 'trace' && order.service ? newTrace(item, context) : null;
  if (current.tracing && order.verb === 'trace') return force(current, context);
  // Jobs of several events overtake each other: the newest command has the last word.
  if (event.id <= current.lastCommandId) return null;
  if (order.verb === 'stop') {
    return current.tracing ? stop(current, 'stopped_by_client', context) : commanded(current, context);
  }
  if (current.tracing) return commanded(current, context);
  return order.verb === 'resume' ? resume(current, context) : startTrip(current, context);
}

/** Ends a trace that another publish of the same box supersedes (contract s3, `replaces`). */
export function supersede(current: TraceDoc, context: OrderContext): TraceDoc | null {
  if (!current.tracing || current.applied.includes(context.event.id)) return null;
  return stop(current, 'stopped_by_client', context);
}

function newTrace(item: { traceId: string; number: string }, context: OrderContext): TraceDoc {
  const { event, order, now, via } = context;
  const at = new Date(now);
  return {
    _id: item.traceId,
    orgId: event.orgId,
    svcId: event.svcId,
    isTest: event.isTest,
    type: order.type,
    // A new trace has a service: `applyOrder` makes none without.
    service: order.service ?? 'availability',
    number: item.number,
    providerId: order.providerId,
    siteId: order.siteId,
    via,
    ...naming(order),
    rev: 1,
    trip: 1,
    tracing: true,
    stopReason: null,
    traceUntil: order.traceUntil,
    createdAt: at,
    tripStartedAt: at,
    lastTracedAt: null,
    nextTraceAt: at,
    why: because('published', event.id),
    lastWhy: null,
    priority: 1,
    queuedUntil: null,
    forceSeq: 1,
    forcedAt: null,
    settledForceSeq: 0,
    settled: null,
    failures: 0,
    notFoundCount: 0,
    applied: [event.id],
    lastCommandId: event.id,
    seq: 0,
    outbox: [],
    state: null,
  };
}

function startTrip(current: TraceDoc, context: OrderContext): TraceDoc {
  const at = new Date(context.now);
  return {
    ...commanded(current, context),
    trip: current.trip + 1,
    ...(current.billOfLading && { billOfLading: null }),
    ...naming(context.order),
    tripStartedAt: at,
    earlierTrips: [...(current.earlierTrips ?? []), current.tripStartedAt].slice(-keptTrips),
    traceUntil: context.order.traceUntil,
    tracing: true,
    stopReason: null,
    nextTraceAt: at,
    why: because('new_trip', context.event.id),
    priority: 1,
    forceSeq: current.forceSeq + 1,
    forcedAt: null,
    failures: 0,
    notFoundCount: 0,
    state: null,
    // What was ordered for the trip before is not for this one.
    ...(current.awaiting && { awaiting: null }),
    ...(current.quarantined && { quarantined: null }),
    ...(current.resumedAt && { resumedAt: null }),
  };
}

function resume(current: TraceDoc, context: OrderContext): TraceDoc {
  const at = new Date(context.now);
  return {
    ...commanded(current, context),
    tracing: true,
    stopReason: null,
    resumedAt: at,
    nextTraceAt: at,
    why: because('resumed', context.event.id),
    forceSeq: current.forceSeq + 1,
  };
}

function stop(current: TraceDoc, reason: StopReason, context: OrderContext): TraceDoc {
  const ended = { ...commanded(current, context), why: because(reason, context.event.id) };
  return emitStopped(ended, { reason, now: context.now });
}

/**
 * Forces a run of a Real-Time trace (contract s3, s10 "floor"): the first at once; requests inside the floor share one
 * run at its end, and that run begins the next floor. Other workflows are not forced.
 */
function force(current: TraceDoc, context: OrderContext): TraceDoc | null {
  const { now, minForceMs, workflow, event } = context;
  if (workflow !== 'real_time') {
    return event.id > current.lastCommandId
      ? { ...commanded(current, context), ...naming(context.order) }
      : null;
  }
  const runAt = nextForcedRun(current.forcedAt?.getTime() ?? null, { now, minForceMs });
  const isShared = runAt > now && runAt === current.forcedAt?.getTime();
  const due = Math.min(runAt, current.nextTraceAt?.getTime() ?? runAt);
  return {
    ...commanded(current, context),
    ...(event.id > current.lastCommandId && naming(context.order)),
    // Those that share a run are one: it tells how far a run before it serves the trace (`servedForceSeq`).
    forceSeq: isShared ? current.forceSeq : current.forceSeq + 1,
    forcedAt: new Date(runAt),
    nextTraceAt: new Date(due),
    why: due === runAt ? because('forced', event.id) : current.why,
    priority: 0,
  };
}

/** When a forced run asked for now takes place: `forcedAt` is the newest forced run, past or still to come. */
export function nextForcedRun(forcedAt: number | null, floor: { now: number; minForceMs: number }): number {
  const { now, minForceMs } = floor;
  if (forcedAt === null || now >= forcedAt + minForceMs) return now;
  return forcedAt > now ? forcedAt : forcedAt + minForceMs;
}

/** That the event was applied, whatever else it changes. */
function commanded(current: TraceDoc, { event }: OrderContext): TraceDoc {
  return {
    ...current,
    rev: current.rev + 1,
    applied: [...current.applied, event.id].slice(-keptApplied),
    lastCommandId: laterId(event.id, current.lastCommandId),
  };
}

/** What a trace has of its newest publish that names it: what a test trace plays, and the bill of lading of its trip. */
function naming({
  scenario,
  billOfLading,
}: OrderContext['order']): Pick<TraceDoc, 'scenario' | 'billOfLading'> {
  return { ...(scenario !== undefined && { scenario }), ...(billOfLading !== null && { billOfLading }) };
}

function because(rule: string, eventId: string): Why {
  return { rule, inputs: { eventId }, losers: [] };
}

/** Ids of events rise with time, so the greater one is the newer command. */
function laterId(one: string, other: string): string {
  if (one > other) return one;
  return other;
}
