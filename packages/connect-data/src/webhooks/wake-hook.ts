import { type Producer, webhookDeliveries } from '@envase/queues';
import { asError, type Logger } from '@envase/runtime';

export interface WakeDeps {
  producer: Pick<Producer, 'addLane'>;
  logger: Logger;
}

/** Adds the hook's lane; without Redis the pump of webhook-delivery will. */
export async function wakeHook(webhookId: string, { producer, logger }: WakeDeps): Promise<void> {
  const lane = { laneId: webhookId, data: { webhookId } };
  try {
    await producer.addLane(webhookDeliveries, 'hook.drain', lane);
  } catch (error) {
    logger.warn({ err: asError(error), webhookId }, 'A hook was not woken: the pump will');
  }
}
