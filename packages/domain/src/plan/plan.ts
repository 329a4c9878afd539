import { type CadenceRule, defaultCadenceRules } from '../cadence-rules.ts';
import type { Plan, TraceFacts, TraceState, Why } from '../trace-state.ts';
import { judgeRule } from './conditions.ts';
import { readSituation, type Situation } from './situation.ts';
import { defaultLimits, findStop } from './stop.ts';

export interface PlanInput {
  /** Null before the first answer. */
  state: TraceState | null;
  facts: TraceFacts;
  /** Epoch milliseconds. */
  now: number;
  /** Of the clock: business distances are real ones times `speed`, waits are divided by it. */
  speed: number;
  random: () => number;
  rules?: readonly CadenceRule[];
  /** Failed attempts in a row. */
  failures: number;
  /** "Not found" answers in a row. */
  notFoundCount: number;
  /** When this trip began, epoch milliseconds. */
  createdAt: number;
  /** When a client last resumed it, epoch milliseconds: no age that ends tracing counts from before. */
  resumedAt?: number | null;
  /** What the source asked for, real milliseconds: a lower bound. */
  retryAfterMs?: number | null;
  maxAgeMs?: number;
  notFoundExpiryMs?: number;
}

const nearestMs = 5_000;
const nearestRealMs = 1_000;
const firstBackOffMs = 30_000;
const longestBackOffMs = 30 * 60_000;
const spread = 0.1;

const fallback: CadenceRule = { id: 'fallback', when: {}, everyMs: 6 * 3_600_000, priority: 3 };

/**
 * When a trace runs next and why (architecture, Scheduling). The first rule that applies sets the interval, repeated failures
 * replace it by a back-off; due times are spread ±10 %. `nextTraceAt` is null only together with a `stopReason`.
 */
export function plan(input: PlanInput): Plan {
  const { notFoundExpiryMs, maxAgeMs } = { ...defaultLimits, ...definedLimits(input) };
  const stop = findStop({ ...input, notFoundExpiryMs, maxAgeMs });
  if (stop) return { nextTraceAt: null, priority: 3, why: stop.why, stopReason: stop.reason };
  const situation = readSituation(input.state, input);
  const { rule, losers } = chooseRule(input.rules ?? defaultCadenceRules, situation);
  const chosen = input.failures > 0 ? backOff(input.failures) : { rule: rule.id, intervalMs: rule.everyMs };
  const share = input.random();
  const factor = 1 - spread + 2 * spread * share;
  const floorMs = Math.max(nearestMs / input.speed, nearestRealMs);
  const waitMs = Math.max(floorMs, Math.max(floorMs, chosen.intervalMs / input.speed) * factor);
  const askedMs = (input.retryAfterMs ?? 0) * (1 + spread * share);
  const beaten = { rule: rule.id, reason: `${input.failures} failures in a row` };
  const why: Why = {
    rule: chosen.rule,
    inputs: listInputs(input, { situation, rule, intervalMs: chosen.intervalMs, factor }),
    losers: input.failures > 0 ? [beaten, ...losers] : losers,
  };
  const nextTraceAt = Math.ceil(input.now + Math.max(waitMs, askedMs));
  return { nextTraceAt, priority: rule.priority, why, stopReason: null };
}

function definedLimits({ notFoundExpiryMs, maxAgeMs }: PlanInput) {
  return {
    ...(notFoundExpiryMs === undefined ? {} : { notFoundExpiryMs }),
    ...(maxAgeMs === undefined ? {} : { maxAgeMs }),
  };
}

/** The first rule that applies, and those about the same boxes that did not get their way. */
function chooseRule(
  rules: readonly CadenceRule[],
  situation: Situation,
): { rule: CadenceRule; losers: Why['losers'] } {
  const judged = rules.map((rule) => ({ rule, ...judgeRule(rule, situation) }));
  const winner = judged.find(({ reason }) => reason === null);
  const losers = judged
    .filter((one) => one !== winner && one.isInScope)
    .map(({ rule, reason }) => ({ rule: rule.id, reason: reason ?? 'a rule before it applies' }));
  return { rule: winner?.rule ?? fallback, losers };
}

/** 30 s, doubled with every failure, at most 30 min. */
function backOff(failures: number): { rule: string; intervalMs: number } {
  const intervalMs = Math.min(firstBackOffMs * 2 ** Math.min(failures - 1, 16), longestBackOffMs);
  return { rule: 'failing', intervalMs };
}

/** All that the decision rests on, so it can be made again; what is not known is left out. */
function listInputs(
  { now, speed, failures, retryAfterMs }: PlanInput,
  decided: { situation: Situation; rule: CadenceRule; intervalMs: number; factor: number },
): Why['inputs'] {
  const { situation, rule, intervalMs, factor } = decided;
  const counts = { notFoundCount: situation.notFoundCount || null, failures: failures || null };
  const setBy = rule.isOwn && failures === 0 ? 'operator' : null;
  const inputs = { ...situation, ...counts, setBy, retryAfterMs: retryAfterMs ?? null };
  const isTelling = ([, value]: [string, unknown]) => value !== null && value !== false;
  return {
    ...Object.fromEntries(Object.entries(inputs).filter(isTelling)),
    intervalMs,
    spread: factor,
    speed,
    plannedAt: new Date(now).toISOString(),
  };
}
