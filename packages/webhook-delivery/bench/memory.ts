import type { DeliveryDoc, DeliveryRepository, EventDoc, WebhookDoc, WebhookRepository } from '@envase/db';
import type { DrainDeps } from '../src/drain/drain-hook.processor.ts';

type Stores = Pick<DrainDeps, 'webhooks' | 'events' | 'deliveries'>;

export interface MemoryStores extends Stores {
  insert(events: readonly EventDoc[], deliveries: readonly DeliveryDoc[]): void;
}

/** Stores that cost next to nothing: what is left is the drain's own work and that of HTTP. */
export function createMemoryStores(hooks: readonly WebhookDoc[]): MemoryStores {
  const hooksById = new Map(hooks.map((hook) => [hook._id, hook]));
  const events = new Map<string, EventDoc>();
  const due = new Map(hooks.map(({ _id }) => [_id, new Map<string, DeliveryDoc>()]));
  const deliveries: Pick<DeliveryRepository, 'findDue' | 'record'> = {
    findDue: async (webhookId, _now, limit) => firstOf(due.get(webhookId)?.values() ?? [], limit),
    record: async (results) => {
      for (const { id } of results) due.get(id.split('~')[1] ?? '')?.delete(id);
      return results.length;
    },
  };
  const webhooks: Pick<WebhookRepository, 'get' | 'recordHealth'> = {
    get: async (id) => hooksById.get(id) ?? null,
    recordHealth: async () => undefined,
  };
  const readEvents: Pick<Stores['events'], 'getMany' | 'owesHooksBelow'> = {
    getMany: async (ids) => ids.flatMap((id) => events.get(id) ?? []),
    owesHooksBelow: async () => false,
  };
  return {
    // While every hook is well and nothing is refused, a drain asks for nothing else.
    webhooks: webhooks as WebhookRepository,
    events: readEvents as Stores['events'], // the same
    deliveries: deliveries as DeliveryRepository, // the same
    insert(made, owed) {
      for (const event of made) events.set(event._id, event);
      for (const delivery of owed) due.get(delivery.webhookId)?.set(delivery._id, delivery);
    },
  };
}

/** Looks at no more than it takes, as an index does. */
function firstOf<T>(values: Iterable<T>, limit: number): T[] {
  const taken: T[] = [];
  for (const value of values) {
    if (taken.length === limit) break;
    taken.push(value);
  }
  return taken;
}
