import type { EventDoc, WebhookDoc } from '@envase/db';
import type { HookFacts } from '@envase/domain';
import type { ClientDirectory } from '@envase/http';
import type { Clock } from '@envase/runtime';
import { isGranted } from '../events/resolve-owner.ts';

export type ReadHookFacts = (event: EventDoc, hooks: readonly WebhookDoc[]) => Promise<HookFacts[]>;

// Clocks of machines differ by up to 1 s (architecture), and so may the times of events.
const skewMs = 2_000;

export interface HookFactsDeps {
  directory: Pick<ClientDirectory, 'find' | 'refresh'>;
  clock: Pick<Clock, 'now'>;
}

/**
 * Status and grants of the clients that own the hooks, as they are now (contract s6). The copy of this process may be older than
 * an event that another process accepted: before a hook is passed over for its client, the copy is read anew, once per event
 * at most.
 */
export function createHookFacts({ directory, clock }: HookFactsDeps): ReadHookFacts {
  let refreshedAt = Number.NEGATIVE_INFINITY;
  const isDoubtful = (event: EventDoc, hook: WebhookDoc) => {
    const client = directory.find(hook.clientId);
    if (!client) return true;
    // A hook for all of a client's grants is listed for organizations that its client has nothing to do with.
    if (hook.orgId === null) return false;
    return client.status !== 'active' || !isGranted(client.grants, event);
  };
  return async (event, hooks) => {
    const isOlder = refreshedAt - skewMs <= event.createdAt.getTime();
    if (isOlder && hooks.some((hook) => isDoubtful(event, hook))) {
      const askedAt = clock.now();
      await directory.refresh();
      refreshedAt = askedAt;
    }
    return hooks.map((hook) => factsOf(hook, directory));
  };
}

function factsOf(hook: WebhookDoc, directory: HookFactsDeps['directory']): HookFacts {
  const client = directory.find(hook.clientId);
  return {
    hookId: hook._id,
    clientActive: client?.status === 'active',
    grants: client?.grants ?? [],
    orgId: hook.orgId,
    svcId: hook.svcId,
    isTest: hook.isTest,
    triggers: hook.triggers,
    entityType: hook.entityType,
    filters: hook.filters,
  };
}
