import { type JobContext, type Producer, webhookDeliveries } from '@envase/queues';
import { asError } from '@envase/runtime';
import { changesOf } from '../health/judge-health.ts';
import { createRecorder } from './recorder.ts';
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
    if (turn.hasLeft || turn.mayHaveMore) await queueAgain(webhookId, deps);
  };
}

async function recordHealth({ webhookId, deps, healthBefore, health }: Turn): Promise<void> {
  const changes = healthBefore && health && changesOf(healthBefore, health);
  if (!changes) return;
  await deps.webhooks.recordHealth(webhookId, changes);
  if (changes.status === 'disabled') {
    deps.logger.warn({ webhookId, reason: changes.reason }, 'A web-hook was disabled');
  }
}

async function queueAgain(webhookId: string, { producer, logger }: DrainDeps): Promise<void> {
  const lane = { laneId: webhookId, data: { webhookId } };
  try {
    await producer.addLane(webhookDeliveries, 'hook.drain', lane);
  } catch (error) {
    logger.warn({ err: asError(error), webhookId }, 'The next turn of a hook was not queued: the pump will');
  }
}
