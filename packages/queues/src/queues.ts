import { z } from 'zod';
import { defineQueue, type QueueDefinition } from './define-queue.ts';

/** Ids are short visible ASCII: documents and names of people do not fit. `~` joins the parts of natural keys. */
export const jobId = z
  .string()
  .min(1)
  .max(300)
  .regex(/^[\x21-\x7e]+$/);

/** Lane: the event. */
export const connectEvents = defineQueue({
  name: 'connect-events',
  jobs: { 'event.fan-out': z.strictObject({ eventId: jobId }) },
});

/** Lane: the event. */
export const traceRequests = defineQueue({
  name: 'trace-requests',
  jobs: { 'request.apply': z.strictObject({ eventId: jobId }) },
});

/**
 * Lane: the trace. One queue per provider, `trace-<provider-id>` in kebab case; RangeError for an id that is none. `together`: how
 * many runs were queued at once, which share a request where it holds them.
 */
export function traceQueue(providerId: string) {
  const kebab = providerId.replaceAll('_', '-');
  if (!/^[a-z0-9]+(-[a-z0-9]+)*$/.test(kebab)) {
    throw new RangeError(`A provider id is lower-case words joined by _, not ${providerId}`);
  }
  return defineQueue({
    name: `trace-${kebab}`,
    jobs: { 'trace.run': z.strictObject({ traceId: jobId, together: z.int().positive().optional() }) },
  });
}

/** Lane: the trace. */
export const traceResults = defineQueue({
  name: 'trace-results',
  jobs: { 'trace.settle': z.strictObject({ traceId: jobId }) },
});

/** Lane: the hook. */
export const webhookDeliveries = defineQueue({
  name: 'webhook-deliveries',
  jobs: { 'hook.drain': z.strictObject({ webhookId: jobId }) },
});

/** Lane: provider and credential, `<provider>` or `<provider>~<credential>`, as in `provider_states`. */
export const providerRetrievals = defineQueue({
  name: 'provider-retrievals',
  jobs: { 'retrieval.run': z.strictObject({ providerId: jobId, credentialId: jobId.optional() }) },
});

/** Lane: the inbound body. */
export const inbox = defineQueue({
  name: 'inbox',
  jobs: { 'inbox.parse': z.strictObject({ inboxId: jobId }) },
});

/** The queue whose scheduler ticks the pump of `queue`: `pumps-<queue>`, one job `<queue>.pump`. */
export function pumpQueue(queue: QueueDefinition) {
  return defineQueue({ name: `pumps-${queue.name}`, jobs: { [pumpJob(queue)]: z.strictObject({}) } });
}

/** Name of a pump's job and of its scheduler. */
export function pumpJob(queue: QueueDefinition): string {
  return `${queue.name}.pump`;
}

/** Every queue that carries work, pumps left out. */
export function workQueues(providerIds: readonly string[]): QueueDefinition[] {
  return [
    connectEvents,
    traceRequests,
    ...providerIds.map(traceQueue),
    traceResults,
    webhookDeliveries,
    providerRetrievals,
    inbox,
  ];
}
