import type { WebhookHealth } from '@envase/db';
import { afterFailure } from '@envase/domain';

/** What one attempt means for the hook: delivered, a failure of any kind, 410 Gone, or nothing, as nothing was sent. */
export type AttemptVerdict = 'delivered' | 'failed' | 'gone' | 'unsent';

const breakerOpensAfter = 10;
const disableAfterMs = 5 * 24 * 60 * 60_000;
// A healthy hook's last success is written at most this often.
const successEveryMs = 10_000;

/**
 * A hook's health after one attempt (contract s6, s10): `failing` from the first failure to the next success, disabled by 410 or
 * when all attempts failed for 5 days; the breaker opens after ten failures in a row. `waitOf` scales its wait. Pure.
 */
export function afterAttempt(
  health: WebhookHealth,
  by: { verdict: AttemptVerdict; now: number; waitOf: (ms: number) => number },
): WebhookHealth {
  if (by.verdict === 'unsent') return health;
  return by.verdict === 'delivered' ? succeed(health, by.now) : fail(health, { ...by, verdict: by.verdict });
}

function succeed(health: WebhookHealth, now: number): WebhookHealth {
  return {
    ...health,
    status: health.status === 'disabled' ? 'disabled' : 'enabled',
    lastSuccessAt: new Date(now),
    failingSince: null,
    consecutiveFailures: 0,
    breakerUntil: null,
  };
}

function fail(
  health: WebhookHealth,
  by: { verdict: 'failed' | 'gone'; now: number; waitOf: (ms: number) => number },
): WebhookHealth {
  const at = new Date(by.now);
  const failing: WebhookHealth = {
    ...health,
    ...countFailure(health, by),
    status: health.status === 'disabled' ? 'disabled' : 'failing',
    lastFailureAt: at,
    failingSince: health.failingSince ?? at,
  };
  if (by.verdict === 'gone') return disable(failing, 'The receiver answered 410 Gone');
  const failingMs = by.now - (failing.failingSince?.getTime() ?? by.now);
  return failingMs >= disableAfterMs ? disable(failing, 'Every attempt failed for 5 days') : failing;
}

function countFailure(
  health: WebhookHealth,
  { now, waitOf }: { now: number; waitOf: (ms: number) => number },
): Pick<WebhookHealth, 'consecutiveFailures' | 'breakerUntil'> {
  const { breakerUntil, consecutiveFailures: failures } = health;
  // Was under way when the breaker opened: only a failed probe makes the wait longer.
  if (breakerUntil !== null && breakerUntil.getTime() > now) {
    return { breakerUntil, consecutiveFailures: failures };
  }
  const breaker = afterFailure(
    { state: 'closed', until: null, failures },
    { now, openAfter: breakerOpensAfter, waitOf },
  );
  return { consecutiveFailures: breaker.failures, breakerUntil: breaker.until };
}

function disable(health: WebhookHealth, reason: string): WebhookHealth {
  return { ...health, status: 'disabled', reason: health.status === 'disabled' ? health.reason : reason };
}

/** Whether nothing may be sent to the hook any more for now. */
export function isHeld({ status, breakerUntil }: WebhookHealth, now: number): boolean {
  return status === 'disabled' || (breakerUntil !== null && breakerUntil.getTime() > now);
}

/** The fields worth a write; null where there is none. */
export function changesOf(before: WebhookHealth, after: WebhookHealth): Partial<WebhookHealth> | null {
  const isQuiet =
    after.status === before.status &&
    after.lastFailureAt === before.lastFailureAt &&
    after.breakerUntil === before.breakerUntil &&
    (after.lastSuccessAt?.getTime() ?? 0) - (before.lastSuccessAt?.getTime() ?? 0) < successEveryMs;
  if (isQuiet) return null;
  const changed = Object.entries(after).filter(
    ([field, value]) => value !== before[field as keyof WebhookHealth], // the fields are those of `after`
  );
  return Object.fromEntries(changed);
}
