import { actionAliases, type Grant, type WebhookFilter } from '@envase/contracts';
import { matchesFilters } from './filters.ts';

/** An event on its way to web-hooks. */
export interface RoutedEvent {
  type: string;
  action: string;
  orgId: string;
  svcId: string;
  isTest: boolean;
  /** The event as it is delivered, parsed: what filters look into. */
  body: unknown;
}

/** What routing needs to know of a hook and of the client that owns it, read when the event is fanned out. */
export interface HookFacts {
  hookId: string;
  clientActive: boolean;
  grants: readonly Grant[];
  /** Null: all the client's grants. */
  orgId: string | null;
  /** Null: all granted services of the organization. */
  svcId: string | null;
  isTest: boolean;
  triggers: readonly string[];
  entityType: string;
  filters: readonly WebhookFilter[];
}

/** A hook that hears the event, and the action under the name that it registered. */
export interface HookMatch {
  hookId: string;
  action: string;
}

/** The hooks that hear an event (contract s6, s10): owner, organization and service, entity, trigger, test, filters. Pure. */
export function matchHooks(event: RoutedEvent, hooks: readonly HookFacts[]): HookMatch[] {
  return hooks.flatMap((hook) => {
    const action = isReached(event, hook) ? heardAs(event, hook) : null;
    if (action === null || !matchesFilters(withAction(event.body, action), hook.filters)) return [];
    return [{ hookId: hook.hookId, action }];
  });
}

function isReached(event: RoutedEvent, hook: HookFacts): boolean {
  const isOwn = hook.orgId === null || hook.orgId === event.orgId;
  const isService = hook.svcId === null || hook.svcId === event.svcId;
  return (
    hook.clientActive &&
    hook.isTest === event.isTest &&
    isOwn &&
    isService &&
    hook.grants.some((grant) => covers(grant, event)) &&
    (hook.entityType === '*' || isSame(hook.entityType, event.type))
  );
}

function covers(grant: Grant, { orgId, svcId }: RoutedEvent): boolean {
  return grant.orgId === orgId && (grant.svcId === '*' || grant.svcId === svcId);
}

/** The action as this hook knows it; null when it does not listen to it. */
function heardAs(event: RoutedEvent, { triggers }: HookFacts): string | null {
  const listens = (action: string) => triggers.some((trigger) => isSame(trigger, action));
  const pair = actionAliases.find(
    ({ type, canonical, alias }) =>
      isSame(type, event.type) && (isSame(canonical, event.action) || isSame(alias, event.action)),
  );
  const canonical = pair?.canonical ?? event.action;
  if (listens(canonical) || (triggers.includes('*') && !isRequest(event))) return canonical;
  return pair && listens(pair.alias) ? pair.alias : null;
}

/** What a client asks itself reaches only hooks that name it (contract s10, "requests under `*`"). */
function isRequest({ type, action }: RoutedEvent): boolean {
  return /^(CONTAINER|BOOKING)$/i.test(type) && /^TRACE_(.*_)?REQUESTED$/i.test(action);
}

/** Filters see the action under which it is delivered. */
function withAction(body: unknown, action: string): unknown {
  const isObject = typeof body === 'object' && body !== null && !Array.isArray(body);
  return isObject && Object.hasOwn(body, 'action') ? { ...body, action } : body;
}

function isSame(a: string, b: string): boolean {
  return a.toUpperCase() === b.toUpperCase();
}
