import type { WebhookRepository } from '@envase/db';
import { endpoint, type Route } from '@envase/http';
import { AppError, type Clock, newUuid } from '@envase/runtime';
import { z } from 'zod';
import { tenantOf } from '../tenant.ts';
import { hookId } from './hook-id.ts';
import { type WakeDeps, wakeHook } from './wake-hook.ts';

const time = z.iso
  .datetime({ offset: true, error: 'a time with its offset' })
  .transform((text) => new Date(text));
const replayBody = z
  .object({ since: time, until: time.optional(), failedOnly: z.boolean().default(false) })
  .refine(({ since, until }) => until === undefined || since < until, {
    path: ['until'],
    error: 'is not after since',
  });

export interface ReplayDeps extends WakeDeps {
  webhooks: Pick<WebhookRepository, 'find' | 'beginReplay'>;
  clock: Pick<Clock, 'now'>;
}

/**
 * `POST /api/webhooks/{id}/replay`: what ended is sent again with the same `webhook-id`, by the time of its event (contract s6, s9).
 * Webhook-delivery reopens it page by page, each when nothing else is due: what happens meanwhile never waits for more than a page.
 */
export function replayRoute({ webhooks, clock, producer, logger }: ReplayDeps): Route {
  return {
    method: 'POST',
    path: '/api/webhooks/:id/replay',
    endpoint: endpoint({
      scope: 'connectdata/events',
      summary: 'Send again what a web-hook was sent, or could not be sent, since a time',
      params: hookId,
      body: replayBody,
      answers: { 202: z.object({ replayId: z.uuid() }) },
      handle: async ({ client, params, body }) => {
        const tenant = tenantOf(client);
        const hook = await webhooks.find(tenant, params.id);
        if (!hook) throw new AppError('not_found', 'There is no such web-hook');
        if (hook.delivery === 'pull') {
          throw new AppError('conflict', 'This web-hook is pulled: pull again from an earlier cursor');
        }
        const now = new Date(clock.now());
        // Fixed now: a replay without an end would take in what comes while it runs.
        const { since, until = now, failedOnly } = body;
        const replay = { id: newUuid(), since, until, failedOnly, after: null, dueAt: now };
        if (!(await webhooks.beginReplay(tenant, params.id, replay))) {
          throw new AppError('conflict', 'A replay of this web-hook is running');
        }
        await wakeHook(params.id, { producer, logger });
        return { status: 202, body: { replayId: replay.id } };
      },
    }),
  };
}
