import type { WebhookHealth } from '@envase/db';
import { afterFailure } from '@envase/domain';

/** What one attempt means for the hook: delivered, a failure of any kind, or 410 Gone. */
export type AttemptVerdict = 'delivered' | 'failed' | 'gone';

const breakerOpensAfter = 10;
const disableAfterMs = 5 * 24 * 60 * 60_000;
// A healthy hook's last success is written at most this often.
const successEveryMs = 10_000;

/**
 * A hook's health after some attempts, oldest first (contract s6, s10): `failing` from the first failure to the next success,
 * disabled by 410 or when all attempts failed for 5 days. Null when nothing worth a write changed. Pure.
 */
export function judgeHealth(
  health: WebhookHealth,
  verdicts: readonly AttemptVerdict[],
  now: number,
): WebhookHealth | null {
  const next = verdicts.reduce((current, verdict) => afterAttempt(current, { verdict, now }), health);
  const isQuietSuccess =
    next.status === health.status &&
    next.lastFailureAt === health.lastFailureAt &&
    next.breakerUntil === health.breakerUntil &&
    now - (health.lastSuccessAt?.getTime() ?? 0) < successEveryMs;
  return isQuietSuccess ? null : next;
}

function afterAttempt(health: WebhookHealth, by: { verdict: AttemptVerdict; now: number }): WebhookHealth {
  const { verdict, now } = by;
  const at = new Date(now);
  if (verdict === 'delivered') {
    const status = health.status === 'disabled' ? 'disabled' : 'enabled';
    return {
      ...health,
      status,
      lastSuccessAt: at,
      failingSince: null,
      consecutiveFailures: 0,
      breakerUntil: null,
    };
  }
  const failingSince = health.failingSince ?? at;
  const breaker = afterFailure(
    { state: 'closed', until: null, failures: health.consecutiveFailures },
    { now, openAfter: breakerOpensAfter, waitOf: (ms) => ms },
  );
  const failing: WebhookHealth = {
    ...health,
    status: health.status === 'disabled' ? 'disabled' : 'failing',
    lastFailureAt: at,
    failingSince,
    consecutiveFailures: breaker.failures,
    breakerUntil: breaker.until,
  };
  if (verdict === 'gone') return disable(failing, 'The receiver answered 410 Gone');
  const isOver = now - failingSince.getTime() >= disableAfterMs;
  return isOver ? disable(failing, 'Every attempt failed for 5 days') : failing;
}

function disable(health: WebhookHealth, reason: string): WebhookHealth {
  return { ...health, status: 'disabled', reason };
}
