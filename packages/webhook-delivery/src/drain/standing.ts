import type { WebhookDoc, WebhookHealth } from '@envase/db';
import { isAskable } from '@envase/domain';
import type { DirectoryClient } from '@envase/http';

/** Whether a hook may be sent to now: `gone` never again, `held` until somebody changes it, a `probe` may be sent one. */
export type Standing = { kind: 'ready' | 'probe' | 'gone' | 'held' } | { kind: 'paused'; until: Date };

const firstLookMs = 5_000;
const lastLookMs = 15 * 60_000;

/**
 * Nothing is dropped while a hook is disabled or only pulls, its client inactive or its breaker open (contract s6). `health` is the
 * newest known. Pure.
 */
export function standingOf(
  hook: Pick<WebhookDoc, 'delivery' | 'url'>,
  client: Pick<DirectoryClient, 'status'> | undefined,
  { now, health }: { now: number; health: WebhookHealth },
): Standing {
  if (client?.status === 'deleted') return { kind: 'gone' };
  const { status, breakerUntil, consecutiveFailures: failures } = health;
  const isPush = hook.delivery === 'push' && hook.url !== null;
  if (!isPush || status === 'disabled' || client?.status !== 'active') return { kind: 'held' };
  if (breakerUntil === null) return { kind: 'ready' };
  const answer = isAskable({ state: 'open', until: breakerUntil, failures }, now);
  return answer === 'no' ? { kind: 'paused', until: breakerUntil } : { kind: 'probe' };
}

/** Whether the client may still hear this organization and service. */
export function isGranted(
  client: Pick<DirectoryClient, 'grants'> | undefined,
  { orgId, svcId }: { orgId: string; svcId: string },
): boolean {
  const grants = client?.grants ?? [];
  return grants.some((grant) => grant.orgId === orgId && (grant.svcId === '*' || grant.svcId === svcId));
}

/** When held deliveries are looked at again: soon while the oldest is young, at least each 15 minutes. */
export function nextLook(held: readonly { createdAt: Date }[], now: number): Date {
  const oldest = Math.min(now, ...held.map(({ createdAt }) => createdAt.getTime()));
  return new Date(now + Math.min(Math.max((now - oldest) / 2, firstLookMs), lastLookMs));
}
