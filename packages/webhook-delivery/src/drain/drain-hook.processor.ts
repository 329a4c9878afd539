import { type JobContext, type Producer, webhookDeliveries } from '@envase/queues';
import { asError, newEventId } from '@envase/runtime';
import { changesOf } from '../health/judge-health.ts';
import { tellDisabled } from '../health/tell-disabled.ts';
import { createRecorder } from './recorder.ts';
import { replayMore } from './replay-more.ts';
import { runTurn } from './run-turn.ts';
import { createTurn, type Turn, type TurnDeps } from './turn.ts';

export interface DrainDeps extends TurnDeps {
  producer: Producer;
}

/**
 * `hook.drain`: one turn of a hook's lane. Sends what is due, at most `maxInFlight` at once, for about a second, and queues itself
 * again when something is left. Nothing is dropped while a hook is disabled, its breaker open or its client without grants.
 */
export function createDrainHook(deps: DrainDeps) {
  const recorder = createRecorder(deps);
  return async (
    { webhookId }: { webhookId: string },
    { signal }: Pick<JobContext, 'signal'>,
  ): Promise<void> => {
    const turn = createTurn(webhookId, { deps, signal, recorder });
    try {
      await runTurn(turn);
    } finally {
      if (turn.hasPlace) deps.failing.leave();
      await recordHealth(turn);
    }
    if (turn.doc) await tellDisabled(turn.doc, deps);
    const hasReopened = await replayMore(turn);
    if (turn.hasLeft || turn.mayHaveMore || hasReopened) await queueAgain(webhookId, deps);
  };
}

async function recordHealth(turn: Turn): Promise<void> {
  const { webhookId, deps, doc, healthBefore, health } = turn;
  const changes = healthBefore && health && changesOf(healthBefore, health);
  if (!changes) return;
  if (changes.status !== 'disabled' || doc === null) return deps.webhooks.recordHealth(webhookId, changes);
  const at = new Date(deps.clock.now());
  const notice = { eventId: newEventId(at.getTime()), at, dueAt: at };
  // Who disables it owes the notice; another worker may have been first.
  if (!(await deps.webhooks.disable(webhookId, changes, notice))) return;
  turn.doc = { ...doc, health: { ...health, notice } };
  deps.logger.warn({ webhookId, reason: changes.reason }, 'A web-hook was disabled');
}

async function queueAgain(webhookId: string, { producer, logger }: DrainDeps): Promise<void> {
  const lane = { laneId: webhookId, data: { webhookId } };
  try {
    await producer.addLane(webhookDeliveries, 'hook.drain', lane);
  } catch (error) {
    logger.warn({ err: asError(error), webhookId }, 'The next turn of a hook was not queued: the pump will');
  }
}
