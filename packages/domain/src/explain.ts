import type { Workflow } from '@envase/contracts';
import { type Breaker, isAskable } from './breaker.ts';
import { type CadenceRule, defaultCadenceRules } from './cadence-rules.ts';
import { isPaused, type Paused } from './pause.ts';
import type { Why } from './trace-state.ts';

/** What an explanation rests on: what a trace knows of its own times. */
export interface ExplainedTrace {
  orgId: string;
  /** The queue that asks for it. */
  via: string;
  tracing: boolean;
  nextTraceAt: Date | null;
  why: Why;
  lastWhy: Why | null;
  /** The pump's lease. */
  queuedUntil: Date | null;
  /** When the newest forced run was, or is, due. */
  forcedAt: Date | null;
  /** An order outstanding at the provider. */
  awaiting?: { lookAt: Date } | null;
}

export interface ExplainContext {
  now: Date;
  /** When the provider last said something of it, a failure included; null when nothing is kept. */
  lastAt: Date | null;
  /** Of the provider that runs it. */
  breaker: Breaker | null;
  paused: Paused;
  workflow: Workflow;
  /** Real milliseconds. */
  minForceMs: number;
  rules?: readonly CadenceRule[];
}

/** Why a trace ran last and runs next when it does (contract s9). Times are ISO 8601. */
export interface Explanation {
  /** Null before the first run. */
  last: { at: string | null; why: Why } | null;
  /** Null when tracing has ended. */
  next: ({ at: string } & Why) | null;
  /** `until` is null while nobody knows. */
  blockedBy: { what: string; until: string | null }[];
  /** What would make it run sooner, in words. */
  sooner: string[];
}

/**
 * Tells the rules that decided, those that lost, what the run still waits for, and what would bring it forward (contract s7). Pure:
 * the API and the operator's command say the same.
 */
export function explain(trace: ExplainedTrace, context: ExplainContext): Explanation {
  const { lastWhy, why, nextTraceAt, tracing } = trace;
  const last = lastWhy && { at: context.lastAt?.toISOString() ?? null, why: lastWhy };
  if (!tracing || nextTraceAt === null) {
    return { last, next: null, blockedBy: [], sooner: ['Resume it, or publish the box again'] };
  }
  return {
    last,
    next: { at: nextTraceAt.toISOString(), rule: why.rule, inputs: why.inputs, losers: why.losers },
    blockedBy: [...listPauses(trace, context.paused), ...listBlocks(trace, context)],
    sooner: sayWhatHelps(trace, context),
  };
}

function listPauses(
  { via, orgId }: ExplainedTrace,
  { providers, organizations }: Paused,
): Explanation['blockedBy'] {
  const pauses = [
    { what: 'provider_paused', until: providers.get(via) },
    { what: 'organization_paused', until: organizations.get(orgId) },
  ];
  return pauses.flatMap(({ what, until }) =>
    until === undefined ? [] : [{ what, until: until?.toISOString() ?? null }],
  );
}

function listBlocks(trace: ExplainedTrace, { now, breaker }: ExplainContext): Explanation['blockedBy'] {
  const isDown = isAskable(breaker, now.getTime()) === 'no';
  const isDue = trace.nextTraceAt !== null && trace.nextTraceAt <= now;
  const blocks: [what: string, until: Date | null][] = [
    ['provider_down', isDown ? (breaker?.until ?? null) : null],
    ['provider_answers_later', trace.awaiting?.lookAt ?? null],
    ['run_under_way', isDue ? trace.queuedUntil : null],
  ];
  return blocks.flatMap(([what, until]) =>
    until !== null && until > now ? [{ what, until: until.toISOString() }] : [],
  );
}

/** Nothing that a client does runs what an operator has paused. */
function sayWhatHelps(trace: ExplainedTrace, context: ExplainContext): string[] {
  if (isPaused(trace, context.paused)) return ['The operator takes the pause back'];
  return [...sayRefresh(trace, context), ...sayRules(trace.why, context.rules ?? defaultCadenceRules)];
}

/** Only Real-Time providers can be forced, and not within the floor of the forced run before (contract s3). */
function sayRefresh({ forcedAt, nextTraceAt }: ExplainedTrace, context: ExplainContext): string[] {
  const { now, minForceMs, workflow } = context;
  if (workflow !== 'real_time' || (nextTraceAt !== null && nextTraceAt <= now)) return [];
  const floorEnd = forcedAt && forcedAt > now ? forcedAt : new Date((forcedAt?.getTime() ?? 0) + minForceMs);
  if (floorEnd <= now) return ['A refresh, or publishing the box again, runs it at once'];
  return [`A refresh, or publishing the box again, runs it at ${floorEnd.toISOString()}`];
}

function sayRules({ inputs, losers }: Why, rules: readonly CadenceRule[]): string[] {
  const intervalMs = Number(inputs.intervalMs);
  const byId = new Map(rules.map((rule) => [rule.id, rule]));
  return losers.flatMap(({ rule: id, reason }) => {
    const rule = byId.get(id);
    if (!rule || !(rule.everyMs < intervalMs)) return [];
    return [`"${id}" traces every ${sayMinutes(rule.everyMs)}, but: ${reason}`];
  });
}

function sayMinutes(ms: number): string {
  const minutes = Math.round(ms / 60_000);
  return minutes % 60 === 0 ? `${minutes / 60} h` : `${minutes} min`;
}
