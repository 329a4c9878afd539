import { setTimeout as pause } from 'node:timers/promises';
import type { EnvaseClient } from '@envase/client';
import type { TestTms } from './test-stack.ts';

export interface Acknowledged {
  eventId: string;
  traceId: string;
  number: string;
  /** When the 201 came. */
  at: number;
}

export interface Load {
  /** Ends it; what was acknowledged. A publish whose program was dead for all its tries was not. */
  stop(): Promise<Acknowledged[]>;
}

/** Publishes a box of its own at a steady pace, each by one publish; a publish that meets a dead program is tried again. */
export function startLoad(
  tms: TestTms,
  by: { perSecond: number; nextBox: () => string; siteId?: string },
): Load {
  const stopping = new AbortController();
  const publishes: Promise<PromiseSettledResult<Acknowledged>[]>[] = [];
  const running = (async () => {
    while (!stopping.signal.aborted) {
      publishes.push(Promise.allSettled([publish(tms, by.nextBox(), by.siteId ?? 'USLAX')]));
      await pause(1_000 / by.perSecond);
    }
  })();
  return {
    async stop() {
      stopping.abort();
      await running;
      const settled = (await Promise.all(publishes)).flat();
      return settled.flatMap((one) => (one.status === 'fulfilled' ? [one.value] : []));
    },
  };
}

/** Lists the hooks at about that pace; `stop` resolves with how often, and rejects where one of them failed for good. */
export function startReads(envase: EnvaseClient, perSecond: number): { stop(): Promise<number> } {
  const stopping = new AbortController();
  const running = (async () => {
    let count = 0;
    for (; !stopping.signal.aborted; count += 1) {
      await envase.webhooks.list().next();
      await pause(1_000 / perSecond);
    }
    return count;
  })();
  return {
    stop() {
      stopping.abort();
      return running;
    },
  };
}

async function publish(tms: TestTms, number: string, siteId: string): Promise<Acknowledged> {
  const { orgId, svcId, envase } = tms;
  const answer = await envase.traceContainers({ orgId, svcId, providerId: 'apm', siteId, numbers: [number] });
  return { eventId: answer.id, traceId: answer.items[0]?.traceId ?? '', number, at: Date.now() };
}
