import type { CadenceRule, CadenceWhen } from '../cadence-rules.ts';
import type { Situation } from './situation.ts';

type Wanted = Required<CadenceWhen>;

/** Why a condition does not hold; null when it does. */
type Checks = { [K in keyof Wanted]: (wanted: Wanted[K], situation: Situation) => string | null };

// A last free day that passed long ago hurries nobody.
const longestPastFreeDays = 7;

const checks: Checks = {
  status: (wanted, { status }) => among(wanted, status),
  services: (wanted, { service }) => among(wanted, service),
  where: (wanted, { where }) => among(wanted, where),
  leg: (wanted, { leg }) => among([wanted], leg),
  isBlocked: (wanted, situation) => is(wanted, isBlocked(situation), 'blocked'),
  isGateOpen: (wanted, situation) => is(wanted, situation.isGateOpen, 'gate open'),
  hasAppointment: (wanted, { appointmentInMs }) => is(wanted, appointmentInMs !== null, 'appointment'),
  etaWithinMs: (wanted, { etaInMs }) =>
    within(etaInMs, { from: Number.NEGATIVE_INFINITY, to: wanted }, 'eta'),
  etaBeyondMs: (wanted, { etaInMs }) =>
    within(etaInMs, { from: wanted + 1, to: Number.POSITIVE_INFINITY }, 'eta'),
  appointmentWithinMs: (wanted, { appointmentInMs }) =>
    within(appointmentInMs, { from: -wanted, to: wanted }, 'appointment'),
  lastFreeDayWithinDays: (wanted, { lastFreeDayInDays: days }) => {
    if (days === null) return 'no last free day';
    return days <= wanted && days >= -longestPastFreeDays ? null : `last free day in ${days} d`;
  },
  notFoundAtMost: (wanted, { notFoundCount }) =>
    notFoundCount <= wanted ? null : `not found ${notFoundCount} times`,
  notFoundAtLeast: (wanted, { notFoundCount }) =>
    notFoundCount >= wanted ? null : `not found ${notFoundCount} times`,
};

// Conditions that say which boxes a rule is about: one that is about others did not lose, it was never in question.
const scopes: ReadonlySet<string> = new Set<keyof CadenceWhen>([
  'status',
  'services',
  'where',
  'leg',
  'notFoundAtLeast',
]);

export interface Verdict {
  isInScope: boolean;
  /** Why the rule does not apply; null when it does. */
  reason: string | null;
}

/** Whether a rule applies. A condition that is not in the vocabulary never holds: a typo must not match everything. */
export function judgeRule(rule: CadenceRule, situation: Situation): Verdict {
  if (!Number.isFinite(rule.everyMs)) return { isInScope: true, reason: 'everyMs is not a number' };
  let isInScope = true;
  let reason: string | null = null;
  for (const [name, wanted] of Object.entries(rule.when)) {
    const failure = wanted === undefined ? null : check(name, wanted, situation);
    if (failure === null) continue;
    reason ??= failure;
    isInScope = !scopes.has(name);
    // Nothing more is asked of a rule about other boxes: every planning judges every rule.
    if (!isInScope) break;
  }
  if (rule.isReplaced) return { isInScope, reason: 'an operator has set another in its place' };
  return { isInScope, reason };
}

function check(name: string, wanted: unknown, situation: Situation): string | null {
  if (!Object.hasOwn(checks, name)) return `unknown condition ${name}`;
  // An own key of `checks`; the value is as the operator wrote it, and a wrong type fails the comparison.
  const test = checks[name as keyof Wanted] as (wanted: unknown, situation: Situation) => string | null;
  return test(wanted, situation);
}

function isBlocked({ isHeld, hasFee, where, isAvailable }: Situation): boolean {
  return isHeld || hasFee || (where === 'at_facility' && !isAvailable);
}

function among(wanted: unknown, actual: string): string | null {
  return Array.isArray(wanted) && wanted.includes(actual) ? null : `is ${actual}`;
}

function is(wanted: boolean, actual: boolean, what: string): string | null {
  if (wanted === actual) return null;
  return actual ? what : `not ${what}`;
}

function within(ms: number | null, range: { from: number; to: number }, what: string): string | null {
  if (ms === null) return `no ${what}`;
  return ms >= range.from && ms <= range.to ? null : `${what} in ${describeMs(ms)}`;
}

function describeMs(ms: number): string {
  const hours = Math.round(ms / 3_600_000);
  if (Math.abs(hours) >= 48) return `${Math.round(hours / 24)} d`;
  return Math.abs(hours) >= 2 ? `${hours} h` : `${Math.round(ms / 60_000)} min`;
}
