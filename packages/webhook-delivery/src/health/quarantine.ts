import type { WebhookRepository } from '@envase/db';
import type { Clock } from '@envase/runtime';

const restMs = 5 * 60_000;

/**
 * For a hook whose turn ended its worker three times, the last time alone (quality R11): it rests as if its breaker had opened, so it
 * neither takes the program down in a loop nor loses anything; the failed job stays visible.
 */
export function createQuarantine({
  webhooks,
  clock,
}: {
  webhooks: Pick<WebhookRepository, 'recordHealth'>;
  clock: Clock;
}) {
  return async ({ data }: { data: { webhookId: string } }): Promise<void> => {
    await webhooks.recordHealth(data.webhookId, { breakerUntil: new Date(clock.now() + restMs) });
  };
}
