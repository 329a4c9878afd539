import { deliveryStates } from '@envase/contracts';
import type { DeliveryRepository } from '@envase/db';
import { endpoint, type Route } from '@envase/http';
import { AppError, type Clock } from '@envase/runtime';
import { z } from 'zod';
import { tenantOf } from '../tenant.ts';
import { type WakeDeps, wakeHook } from '../webhooks/wake-hook.ts';
import { deliveryId } from './delivery-id.ts';
import { presentDeliveryWithAttempts } from './present-delivery.ts';

const resent = z.looseObject({
  id: z.string(),
  state: z.enum(deliveryStates),
  attempts: z.array(z.unknown()),
});

export interface ResendDeps extends WakeDeps {
  deliveries: Pick<DeliveryRepository, 'resend'>;
  clock: Pick<Clock, 'now'>;
}

/** `POST /api/deliveries/{id}/resend`: once more with the same `webhook-id`, at once (contract s6, s9). */
export function resendRoute({ deliveries, clock, producer, logger }: ResendDeps): Route {
  return {
    method: 'POST',
    path: '/api/deliveries/:id/resend',
    endpoint: endpoint({
      scope: 'connectdata/events',
      summary: 'Send one delivery again, at once',
      params: deliveryId,
      answers: { 202: resent },
      handle: async ({ client, params }) => {
        const found = await deliveries.resend(tenantOf(client), params.id, new Date(clock.now()));
        if (!found) throw new AppError('not_found', 'There is no such delivery');
        const { outcome, delivery } = found;
        if (outcome === 'cancelled') {
          throw new AppError('conflict', 'This delivery was cancelled with its web-hook');
        }
        if (delivery.dueAt) await wakeHook(delivery.webhookId, { producer, logger });
        return { status: 202, body: presentDeliveryWithAttempts(delivery) };
      },
    }),
  };
}
