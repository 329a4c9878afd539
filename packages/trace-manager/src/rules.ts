import type { EventDoc, ReadCadence, StoredOrder, TraceDoc } from '@envase/db';
import {
  createScenarioProvider,
  findProvider,
  listManifests,
  type ProviderManifest,
  readTraceFacts,
} from '@envase/providers';
import type { Clock } from '@envase/runtime';
import type { OrderContext } from './orders/apply-order.ts';
import type { SettleContext } from './settling/settle.ts';

/** What the catalogue of providers, and operators, say of orders and traces. */
export interface Rules {
  /** Every provider that is asked, the one of test traces too: each has a queue and a pump. */
  manifests: readonly ProviderManifest[];
  /** Throws for a provider that this version does not know. */
  ofOrder(event: EventDoc, order: StoredOrder): Pick<OrderContext, 'workflow' | 'minForceMs' | 'via'>;
  ofSettling(trace: TraceDoc): Promise<SettleContext>;
}

export function createRules({ clock, readCadence }: { clock: Clock; readCadence: ReadCadence }): Rules {
  const scenario = createScenarioProvider(clock).manifest;
  return {
    manifests: [...listManifests(), scenario],
    ofOrder(event, order) {
      const manifest = findProvider(order.providerId)?.manifest;
      if (!manifest) throw new Error(`Provider ${order.providerId} of event ${event._id} is no longer known`);
      // Contract s3: a real provider is never asked for a test trace.
      const via = event.isTest ? scenario.id : manifest.id;
      return { workflow: manifest.workflow, minForceMs: manifest.minForceMs, via };
    },
    ofSettling: async (trace) => ({
      now: clock.now(),
      speed: clock.speed,
      random: Math.random,
      facts: readTraceFacts(trace),
      rules: await readCadence(trace.providerId),
    }),
  };
}
