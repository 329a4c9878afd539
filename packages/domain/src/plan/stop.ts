import type { StopReason } from '@envase/contracts';
import { stepAt } from '../fold/position.ts';
import { toEpochMs } from '../time.ts';
import type { TraceFacts, TraceState, Why } from '../trace-state.ts';

const day = 24 * 3_600_000;

export const defaultLimits = {
  notFoundExpiryMs: 14 * day,
  maxAgeMs: 180 * day,
  maxAgeAfterOutgateMs: 45 * day,
  maxAgeAfterEtdMs: 7 * day,
};

/** Ages in business milliseconds. */
export interface StopInput {
  state: TraceState | null;
  facts: TraceFacts;
  now: number;
  speed: number;
  failures: number;
  notFoundCount: number;
  createdAt: number;
  resumedAt?: number | null;
  notFoundExpiryMs: number;
  maxAgeMs: number;
}

export interface Stop {
  reason: StopReason;
  why: Why;
}

interface Age {
  reason: StopReason;
  rule: string;
  /** Epoch milliseconds; null where the rule does not apply. */
  since: number | null;
  limitMs: number;
}

/**
 * Whether a trace has become too old: 14 days not found, 45 days after the box left, 7 days after the vessel of a booking should
 * have left, or 180 days in all. A source that fails
 * says nothing about the box, so only its own "not found" lets a trace expire. A resume lets every age begin anew.
 */
export function findStop(input: StopInput): Stop | null {
  const ages: Age[] = [
    {
      reason: 'not_found_expired',
      rule: 'not-found-expired',
      since: missingSince(input),
      limitMs: input.notFoundExpiryMs,
    },
    {
      reason: 'max_age',
      rule: 'max-age-after-outgate',
      since: leftSince(input),
      limitMs: defaultLimits.maxAgeAfterOutgateMs,
    },
    {
      reason: 'max_age',
      rule: 'max-age-after-etd',
      since: sailingSince(input),
      limitMs: defaultLimits.maxAgeAfterEtdMs,
    },
    { reason: 'max_age', rule: 'max-age', since: input.createdAt, limitMs: input.maxAgeMs },
  ];
  for (const { reason, rule, since, limitMs } of ages) {
    if (since === null) continue;
    const ageMs = (input.now - Math.max(since, input.resumedAt ?? since)) * input.speed;
    if (ageMs >= limitMs) return { reason, why: { rule, inputs: { ageMs, limitMs }, losers: [] } };
  }
  return null;
}

/** Since the trip began, or since the source last knew a box that it lost. One that left is no longer its to know. */
function missingSince({ state, facts, failures, notFoundCount, createdAt }: StopInput): number | null {
  if (!state || failures > 0 || notFoundCount === 0) return null;
  if (state.status === 'not_found') return createdAt;
  return stepAt(state.position, facts)?.where === 'left' ? null : toEpochMs(state.observedAt);
}

function leftSince({ state, facts }: StopInput): number | null {
  if (!state || facts.service !== 'availability') return null;
  if (stepAt(state.position, facts)?.where !== 'left') return null;
  const outgated = state.events.find(({ code }) => code === 'outgated');
  return toEpochMs(state.position?.at) ?? toEpochMs(outgated?.eventDate);
}

/** Not every source of bookings tells that the vessel left; one that is late moves its estimate. */
function sailingSince({ state, facts }: StopInput): number | null {
  return facts.service === 'booking' ? toEpochMs(state?.booking?.etd) : null;
}
