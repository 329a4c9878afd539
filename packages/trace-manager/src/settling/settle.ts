import type { Service, TraceErrorResult } from '@envase/contracts';
import type { FailureReport, ObservationDoc, TraceDoc } from '@envase/db';
import {
  type CadenceRule,
  fold,
  type Observed,
  plan,
  presentBookingResult,
  presentContainerResult,
  servedForceSeq,
  type TraceFacts,
} from '@envase/domain';
import { emit, emitError, emitStopped } from './emit.ts';
import { noteQuarantined, sayQuarantined } from './quarantined-facts.ts';
import { noteReceipt, planWait } from './receipt.ts';

export interface SettleContext {
  now: number;
  speed: number;
  random: () => number;
  facts: TraceFacts;
  rules?: readonly CadenceRule[];
}

const resultActions: Record<Service, string> = {
  availability: 'TRACE_RESULT',
  export: 'TRACE_EXPORT_RESULT',
  empty: 'TRACE_EMPTY_RESULT',
  booking: 'TRACE_RESULTS',
  appointment: 'TRACE_RESULT',
};

/**
 * Folds what was observed since the last settling into the trace, plans its next run and puts the results into its outbox:
 * one per observation that changed something, and always for the first and for a forced one (contract s4). Pure but
 * for `random` and event ids; the caller compares and sets on `rev`.
 */
export function settle(
  trace: TraceDoc,
  observations: readonly ObservationDoc[],
  context: SettleContext,
): TraceDoc {
  let next: TraceDoc = { ...trace, rev: trace.rev + 1, queuedUntil: null };
  const told: Told[] = [];
  for (const observation of observations) {
    next = { ...next, settled: { observationId: observation._id, times: observation.times } };
    if (!trace.tracing) continue; // It came after the stop: kept as an observation, told to nobody.
    const step = foldOne(next, observation, context);
    next = noteReceipt(step.trace, observation);
    if (step.told) told.push(step.told);
  }
  if (!trace.tracing || observations.length === 0) return next;
  const last = observations.at(-1);
  const seenForceSeq = last?.forceSeq ?? trace.settledForceSeq;
  const retryAt = last?.failure?.retryAt ?? null;
  return planNext({ ...next, lastWhy: trace.why }, { seenForceSeq, retryAt, told, context, last });
}

/**
 * Settling that failed on what was observed: a failed attempt, so that the trace is planned again with back-off instead of asking
 * for ever. The observations stay, and a better mapper or fold can be replayed over them.
 */
export function setAside(
  trace: TraceDoc,
  observations: readonly ObservationDoc[],
  context: SettleContext,
): TraceDoc {
  const last = observations.at(-1);
  if (!last) return trace;
  const next: TraceDoc = {
    ...trace,
    rev: trace.rev + 1,
    queuedUntil: null,
    settled: { observationId: last._id, times: last.times },
  };
  if (!trace.tracing) return next;
  const failed = { ...failedOnce(next), lastWhy: trace.why };
  return planNext(failed, { seenForceSeq: last.forceSeq, retryAt: null, told: [], context });
}

interface Told {
  /** The trace's state when it was observed, and what differs from before. */
  state: NonNullable<TraceDoc['state']>;
  changes: ReturnType<typeof fold>['changes'];
  ended: ReturnType<typeof fold>['ended'];
  tracedAt: Date;
  isDue: boolean;
}

function foldOne(
  trace: TraceDoc,
  observation: ObservationDoc,
  context: SettleContext,
): { trace: TraceDoc; told: Told | null } {
  // That an order stands says nothing of the box, only that the provider can be reached.
  if (observation.kind === 'receipt') return { trace: { ...trace, failures: 0 }, told: null };
  if (observation.failure) return foldFailure(trace, observation.failure, context);
  return foldAnswer(trace, observation, context);
}

function foldAnswer(
  trace: TraceDoc,
  observation: ObservationDoc,
  context: SettleContext,
): { trace: TraceDoc; told: Told | null } {
  // An answer always has its normalized form; only failures lack it.
  const normalized = observation.normalized as Observed;
  const observed = { ...normalized, observedAt: observation.lastAt.toISOString() };
  const now = new Date(context.now).toISOString();
  const { state, changes, ended, quarantined } = fold(trace.state, observed, { ...context.facts, now });
  const isFirst = trace.state === null;
  const isForced = observation.forceSeq > trace.settledForceSeq;
  const folded: TraceDoc = {
    ...noteQuarantined(trace, { observationId: observation._id, facts: quarantined }),
    state,
    lastTracedAt: observation.lastAt,
    failures: 0,
    notFoundCount: observed.found ? 0 : trace.notFoundCount + 1,
    settledForceSeq: Math.max(trace.settledForceSeq, observation.forceSeq),
  };
  const isDue = isFirst || isForced || changes.length > 0;
  return { trace: folded, told: { state, changes, ended, tracedAt: observation.lastAt, isDue } };
}

function foldFailure(
  trace: TraceDoc,
  failure: FailureReport,
  context: SettleContext,
): { trace: TraceDoc; told: null } {
  const failed = failedOnce(trace);
  if (!failure.tell) return { trace: failed, told: null };
  const payload: TraceErrorResult = {
    providerId: trace.providerId,
    siteId: trace.siteId,
    code: failure.code,
    message: failure.message,
    occurredAt: new Date(context.now).toISOString(),
    retryAt: failure.retryAt?.toISOString() ?? null,
    affected: failure.tell,
  };
  return { trace: emitError(failed, { payload, now: context.now }), told: null };
}

/** What is known is older than it should be from now on. */
function failedOnce(trace: TraceDoc): TraceDoc {
  return { ...trace, failures: trace.failures + 1, state: trace.state && { ...trace.state, stale: true } };
}

function planNext(
  trace: TraceDoc,
  input: {
    seenForceSeq: number;
    retryAt: Date | null;
    told: readonly Told[];
    context: SettleContext;
    last?: ObservationDoc | undefined;
  },
): TraceDoc {
  const { told, context, retryAt } = input;
  const { now } = context;
  const ended = told.find((one) => one.ended !== null)?.ended ?? null;
  const planned = planWait(planOf(trace, { context, retryAt }), trace, input.last);
  const reason = ended ?? planned.stopReason;
  const isForcedAgain = trace.forceSeq > input.seenForceSeq;
  const isForcedNow = servedForceSeq(trace, now) > input.seenForceSeq;
  let next: TraceDoc = { ...trace, priority: planned.priority, why: sayQuarantined(planned.why, trace) };
  next.nextTraceAt = reason || planned.nextTraceAt === null ? null : new Date(planned.nextTraceAt);
  const dueAt = isForcedNow ? now : Math.max(now, trace.forcedAt?.getTime() ?? now);
  // What is planned sooner comes sooner; the forced run stays owed.
  if (isForcedAgain && !reason && dueAt <= (planned.nextTraceAt ?? dueAt)) {
    next = {
      ...next,
      nextTraceAt: new Date(dueAt),
      why: { rule: 'forced', inputs: {}, losers: [] },
      priority: 0,
    };
  }
  for (const one of told) if (one.isDue) next = emitResult(next, one, now);
  return reason ? emitStopped(next, { reason, now }) : next;
}

function planOf(trace: TraceDoc, input: { context: SettleContext; retryAt: Date | null }) {
  const { context, retryAt } = input;
  return plan({
    state: trace.state,
    facts: context.facts,
    now: context.now,
    speed: context.speed,
    random: context.random,
    ...(context.rules ? { rules: context.rules } : {}),
    failures: trace.failures,
    notFoundCount: trace.notFoundCount,
    createdAt: trace.tripStartedAt.getTime(),
    resumedAt: trace.resumedAt?.getTime() ?? null,
    retryAfterMs: retryAt && retryAt.getTime() - context.now,
  });
}

/** Puts what a box is known to be into the outbox, as a result of its service (contract s4). */
export function emitResult(
  trace: TraceDoc,
  told: Pick<Told, 'state' | 'changes' | 'tracedAt'>,
  now: number,
): TraceDoc {
  const present = trace.type === 'BOOKING' ? presentBookingResult : presentContainerResult;
  const payload = present(trace, told.state, {
    changes: told.changes,
    nextTraceAt: trace.nextTraceAt,
    tracedAt: told.tracedAt,
    now: new Date(now),
  });
  return emit(trace, { action: resultActions[trace.service], payload, now, isNumbered: true });
}
