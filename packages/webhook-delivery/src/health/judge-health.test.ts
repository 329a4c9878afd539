import type { WebhookHealth } from '@envase/db';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type AttemptVerdict, afterAttempt, changesOf, isHeld } from './judge-health.ts';

const fresh: WebhookHealth = {
  status: 'enabled',
  reason: null,
  lastSuccessAt: null,
  lastFailureAt: null,
  failingSince: null,
  consecutiveFailures: 0,
  breakerUntil: null,
};
const waitOf = (ms: number) => ms;
const day = 24 * 60 * 60_000;

function after(health: WebhookHealth, verdicts: readonly AttemptVerdict[], now = 0): WebhookHealth {
  return verdicts.reduce((current, verdict) => afterAttempt(current, { verdict, now, waitOf }), health);
}

const failures = (count: number) => Array.from({ length: count }, () => 'failed' as const);

describe('the health of a hook', () => {
  it('opens the breaker for 30 s at the tenth failure in a row, whatever was under way then', () => {
    expect(after(fresh, failures(9)).breakerUntil).toBeNull();
    expect(after(fresh, failures(10)).breakerUntil).toEqual(new Date(30_000));
    expect(after(fresh, failures(50)).breakerUntil).toEqual(new Date(30_000));
  });

  it('doubles the wait with every failed probe, up to 15 minutes', () => {
    let health = after(fresh, failures(10));
    const waits: number[] = [];
    for (let probe = 0; probe < 7; probe += 1) {
      const now = health.breakerUntil?.getTime() ?? 0;
      health = after(health, ['failed'], now);
      waits.push((health.breakerUntil?.getTime() ?? 0) - now);
    }
    expect(waits.map((ms) => ms / 1_000)).toEqual([60, 120, 240, 480, 900, 900, 900]);
  });

  it('stays disabled, with its first reason, whatever comes in late', () => {
    const gone = after(fresh, ['gone']);
    expect(after(gone, ['delivered', 'failed', 'gone'], 10 * day)).toMatchObject({
      status: 'disabled',
      reason: 'The receiver answered 410 Gone',
    });
    expect(isHeld(gone, 0)).toBe(true);
  });

  it('says nothing of the receiver when nothing was sent', () => {
    expect(after(fresh, ['unsent'])).toBe(fresh);
  });

  it('is failing exactly from a failure to the next success, and held exactly while its breaker is open', () => {
    const verdict = fc.constantFrom<AttemptVerdict>('delivered', 'failed', 'unsent');
    const attempts = fc.array(fc.record({ verdict, waitMs: fc.nat(30 * 60_000) }), { maxLength: 40 });
    fc.assert(
      fc.property(attempts, (all) => {
        let health = fresh;
        let now = 0;
        for (const { verdict, waitMs } of all) {
          now += waitMs;
          if (isHeld(health, now)) continue;
          const before = health;
          health = afterAttempt(before, { verdict, now, waitOf });
          if (verdict === 'delivered') expect(health.status).toBe('enabled');
          if (verdict === 'failed') expect(health.status).toBe('failing');
          expect(health.failingSince === null).toBe(health.status === 'enabled');
          expect(health.breakerUntil !== null).toBe(health.consecutiveFailures >= 10);
        }
      }),
    );
  });
});

describe('what of it is written', () => {
  it('is nothing for one more success within 10 s, and only what changed otherwise', () => {
    const first = after(fresh, ['delivered'], 0);
    expect(changesOf(fresh, fresh)).toBeNull();
    expect(changesOf(first, after(first, ['delivered'], 9_999))).toBeNull();
    expect(changesOf(first, after(first, ['delivered'], 10_000))).toEqual({
      lastSuccessAt: new Date(10_000),
    });
    expect(changesOf(first, after(first, ['failed'], 5))).toEqual({
      status: 'failing',
      lastFailureAt: new Date(5),
      failingSince: new Date(5),
      consecutiveFailures: 1,
    });
  });
});
