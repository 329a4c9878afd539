import type { WebhookHealth } from '@envase/db';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isGranted, nextLook, standingOf } from './standing.ts';

const health: WebhookHealth = {
  status: 'enabled',
  reason: null,
  lastSuccessAt: null,
  lastFailureAt: null,
  failingSince: null,
  consecutiveFailures: 0,
  breakerUntil: null,
};
const hook = { delivery: 'push', url: 'https://tms.example/hook' } as const;
const active = { status: 'active' } as const;

describe('whether a hook may be sent to', () => {
  it.each([
    ['ready', hook, active, health],
    ['ready', hook, active, { ...health, status: 'failing' as const }],
    ['held', hook, active, { ...health, status: 'disabled' as const }],
    ['held', hook, { status: 'disabled' } as const, health],
    ['held', hook, undefined, health],
    ['held', { ...hook, delivery: 'pull' as const }, active, health],
    ['held', { ...hook, url: null }, active, health],
    ['gone', hook, { status: 'deleted' } as const, health],
    ['probe', hook, active, { ...health, breakerUntil: new Date(1_000) }],
    ['paused', hook, active, { ...health, breakerUntil: new Date(1_001) }],
  ])('is %s', (kind, ofHook, client, ofHealth) => {
    expect(standingOf(ofHook, client, { now: 1_000, health: ofHealth }).kind).toBe(kind);
  });

  it('is judged by grants for a service or for all of an organization', () => {
    const client = {
      grants: [
        { orgId: 'org-1', svcId: 'svc-1' },
        { orgId: 'org-2', svcId: '*' },
      ],
    };
    expect(isGranted(client, { orgId: 'org-1', svcId: 'svc-1' })).toBe(true);
    expect(isGranted(client, { orgId: 'org-1', svcId: 'svc-2' })).toBe(false);
    expect(isGranted(client, { orgId: 'org-2', svcId: 'svc-9' })).toBe(true);
    expect(isGranted(client, { orgId: 'org-3', svcId: '*' })).toBe(false);
    expect(isGranted(undefined, { orgId: 'org-1', svcId: 'svc-1' })).toBe(false);
  });
});

describe('what is held', () => {
  it('is looked at again after 5 s to 15 minutes, later the longer it waits', () => {
    const age = fc.integer({ min: -60_000, max: 10 * 24 * 60 * 60_000 });
    fc.assert(
      fc.property(age, age, (one, other) => {
        const now = 1_800_000_000_000;
        const lookIn = (ms: number) => nextLook([{ createdAt: new Date(now - ms) }], now).getTime() - now;
        expect(lookIn(one)).toBeGreaterThanOrEqual(5_000);
        expect(lookIn(one)).toBeLessThanOrEqual(900_000);
        expect(lookIn(Math.min(one, other))).toBeLessThanOrEqual(lookIn(Math.max(one, other)));
      }),
    );
  });
});
