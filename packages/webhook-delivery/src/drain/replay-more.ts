import { isHeld } from '../health/judge-health.ts';
import type { Turn } from './turn.ts';

const pageSize = 100;
const everyMs = 1_000;
const heldMs = 30_000;

/**
 * Reopens the next page of the hook's replay once the turn has left nothing due, at most one a second: what happens meanwhile waits
 * for a page and no longer. A page that was reopened and not noted is passed over when it comes again. True when something is due.
 */
export async function replayMore(turn: Turn): Promise<boolean> {
  const { webhookId, deps, doc } = turn;
  const { webhooks, deliveries, clock } = deps;
  const replay = doc?.replay;
  const now = clock.now();
  if (!replay || replay.dueAt.getTime() > now) return false;
  if (turn.hook === null || (turn.health !== null && isHeld(turn.health, now))) {
    await webhooks.moveReplay(webhookId, replay.id, { dueAt: new Date(now + heldMs) });
    return false;
  }
  if (turn.hasLeft || turn.mayHaveMore || deps.isStopping()) return false;
  const { id: replayId, after, since, until, failedOnly } = replay;
  const range = { since, until, failedOnly, ...(after === null ? {} : { after }) };
  const page = { replayId, ...range, now: new Date(now), limit: pageSize };
  const { resent, next } = await deliveries.replay(webhookId, page);
  const to = next === null ? null : { after: next, dueAt: new Date(now + everyMs) };
  await webhooks.moveReplay(webhookId, replayId, to);
  return resent > 0;
}
