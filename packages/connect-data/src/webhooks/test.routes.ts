import { renderStoredEvent, type WebhookDoc, type WebhookRepository } from '@envase/db';
import { openHook, type Sender, type SendResult, signPost } from '@envase/egress';
import { createTokenBucket, endpoint, type Route } from '@envase/http';
import { AppError, type Clock, type KeyRing, type Logger } from '@envase/runtime';
import { z } from 'zod';
import { tenantOf } from '../tenant.ts';
import { hookId } from './hook-id.ts';
import { sampleEvent } from './sample-event.ts';

const testAnswer = z.object({
  delivered: z.boolean(),
  status: z.int().nullable(),
  durationMs: z.number(),
  error: z.string().nullable(),
  answer: z.string().nullable(),
});

export interface TestDeps {
  webhooks: Pick<WebhookRepository, 'find'>;
  ring: Pick<KeyRing, 'open'>;
  clock: Pick<Clock, 'now'>;
  sender: Pick<Sender, 'send'>;
  logger: Logger;
}

// Whose address it is was never asked: nobody may make us call it in a loop.
const perMinute = 60;

/** `POST /api/webhooks/{id}/test`: sends a signed sample now and answers what the receiver said (contract s6, s9, s10). */
export function testRoute(deps: TestDeps): Route {
  const { webhooks, clock } = deps;
  return {
    method: 'POST',
    path: '/api/webhooks/:id/test',
    endpoint: endpoint({
      scope: 'connectdata/events',
      summary: 'Send a sample to a web-hook now and answer what its receiver said',
      params: hookId,
      limit: createTokenBucket({ limit: perMinute, windowMs: 60_000, clock }),
      answers: { 200: testAnswer },
      handle: async ({ client, params }) => {
        const tenant = tenantOf(client);
        const hook = await webhooks.find(tenant, params.id);
        if (!hook) throw new AppError('not_found', 'There is no such web-hook');
        if (hook.url === null) throw new AppError('conflict', 'This web-hook has no address: it is pulled');
        const at = clock.now();
        const event = sampleEvent(hook, tenant.grants, at);
        const text = renderStoredEvent(event);
        return { status: 200, body: await send(hook, { eventId: event._id, text, at }, deps) };
      },
    }),
  };
}

async function send(
  hook: WebhookDoc,
  sample: { eventId: string; text: string; at: number },
  deps: TestDeps,
): Promise<z.output<typeof testAnswer>> {
  const open = openHook(hook, deps);
  if (open.fault !== null) {
    return { delivered: false, status: null, durationMs: 0, error: open.fault, answer: null };
  }
  return present(await deps.sender.send(signPost(open, sample)));
}

function present(sent: SendResult): z.output<typeof testAnswer> {
  const { durationMs } = sent;
  if (sent.kind === 'error') {
    const error = `${sent.error}: ${sent.message}`;
    return { delivered: false, status: null, durationMs, error, answer: null };
  }
  const { status, answer } = sent;
  return { delivered: status >= 200 && status < 300, status, durationMs, error: null, answer };
}
