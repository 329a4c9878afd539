import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type HookFacts, matchHooks, type RoutedEvent } from './match.ts';

const result: RoutedEvent = {
  type: 'CONTAINER',
  action: 'TRACE_RESULT',
  orgId: 'org-1',
  svcId: 'svc-1',
  isTest: false,
  body: {},
};
const listening: HookFacts = {
  hookId: 'hook-1',
  clientActive: true,
  grants: [{ orgId: 'org-1', svcId: 'svc-1' }],
  orgId: null,
  svcId: null,
  isTest: false,
  triggers: ['TRACE_RESULT'],
  entityType: 'CONTAINER',
  filters: [],
};

/** The name under which the hook hears the event; null when it does not. */
function heard(event: Partial<RoutedEvent>, hook: Partial<HookFacts>): string | null {
  const [match] = matchHooks({ ...result, ...event }, [{ ...listening, ...hook }]);
  return match?.action ?? null;
}

describe('matchHooks', () => {
  it('answers each hook that hears the event, in their order', () => {
    const hooks = [
      { ...listening, hookId: 'a' },
      { ...listening, hookId: 'b', entityType: 'BOOKING' },
      { ...listening, hookId: 'c', triggers: ['*'] },
    ];
    expect(matchHooks(result, hooks)).toEqual([
      { hookId: 'a', action: 'TRACE_RESULT' },
      { hookId: 'c', action: 'TRACE_RESULT' },
    ]);
  });

  it.each<[string, Partial<HookFacts>, boolean]>([
    ['a client that is disabled', { clientActive: false }, false],
    ['a client without grants', { grants: [] }, false],
    ['a grant of another organization', { grants: [{ orgId: 'org-2', svcId: 'svc-1' }] }, false],
    ['a grant of another service', { grants: [{ orgId: 'org-1', svcId: 'svc-2' }] }, false],
    ['a grant of all services', { grants: [{ orgId: 'org-1', svcId: '*' }] }, true],
    ['one grant of many', { grants: [{ orgId: 'x', svcId: '*' }, ...listening.grants] }, true],
    ['the hook’s organization', { orgId: 'org-1' }, true],
    ['the hook’s organization and service', { orgId: 'org-1', svcId: 'svc-1' }, true],
    ['another organization of the hook', { orgId: 'org-2' }, false],
    ['another service of the hook', { orgId: 'org-1', svcId: 'svc-2' }, false],
    ['a hook whose grant was taken away', { orgId: 'org-1', svcId: 'svc-1', grants: [] }, false],
    ['ids in another case', { orgId: 'ORG-1' }, false],
    ['a test hook', { isTest: true }, false],
    ['an entity in another case', { entityType: 'container' }, true],
    ['any entity', { entityType: '*' }, true],
    ['another entity', { entityType: 'GATE' }, false],
    ['a trigger in another case', { triggers: ['trace_result'] }, true],
    ['another trigger', { triggers: ['TRACE_STOPPED'] }, false],
    ['no trigger', { triggers: [] }, false],
  ])('by %s', (_, hook, isHeard) => {
    expect(heard({}, hook) !== null).toBe(isHeard);
  });

  it('gives test events to test hooks only', () => {
    expect(heard({ isTest: true }, { isTest: true })).toBe('TRACE_RESULT');
    expect(heard({ isTest: true }, {})).toBeNull();
  });

  it.each([
    ['CONTAINER', 'TRACE_REQUESTED'],
    ['CONTAINER', 'TRACE_EXPORT_REQUESTED'],
    ['CONTAINER', 'TRACE_STOP_REQUESTED'],
    ['BOOKING', 'TRACE_REQUESTED'],
    ['BOOKING', 'TRACE_RESUME_REQUESTED'],
  ])('keeps the request %s %s to hooks that name it', (type, action) => {
    expect(heard({ type, action }, { entityType: '*', triggers: ['*'] })).toBeNull();
    expect(heard({ type, action }, { entityType: type, triggers: ['*', action.toLowerCase()] })).toBe(action);
    expect(heard({ type, action }, { entityType: '*', triggers: [action] })).toBe(action);
  });

  it.each([
    ['GATE', 'INTERCHANGE_PROCESSED'],
    ['GATE', 'TRACE_REQUESTED'],
    ['CONTAINER', 'RELEASE_REQUESTED'],
    ['CONTAINER', 'TRACE_STOPPED'],
    ['APPOINTMENT', 'TRACE_RESULT'],
  ])('lets * hear %s %s', (type, action) => {
    expect(heard({ type, action }, { entityType: '*', triggers: ['*'] })).toBe(action);
  });

  it.each<[string, string, string[], string | null]>([
    ['BOOKING', 'TRACE_RESULTS', ['TRACE_RESULTS'], 'TRACE_RESULTS'],
    ['BOOKING', 'TRACE_RESULTS', ['TRACE_RESULT'], 'TRACE_RESULT'],
    ['BOOKING', 'TRACE_RESULTS', ['trace_result'], 'TRACE_RESULT'],
    ['BOOKING', 'TRACE_RESULTS', ['TRACE_RESULT', 'TRACE_RESULTS'], 'TRACE_RESULTS'],
    ['BOOKING', 'TRACE_RESULTS', ['TRACE_RESULT', '*'], 'TRACE_RESULTS'],
    ['BOOKING', 'TRACE_RESULTS', ['*'], 'TRACE_RESULTS'],
    ['CONTAINER', 'TRACE_ERROR', ['TRACE_ERRORS'], 'TRACE_ERRORS'],
    ['BOOKING', 'TRACE_ERROR', ['TRACE_ERRORS'], 'TRACE_ERRORS'],
    ['CONTAINER', 'TRACE_ERROR', ['*'], 'TRACE_ERROR'],
    ['CONTAINER', 'TRACE_RESULT', ['TRACE_RESULTS'], null],
    ['GATE', 'TRACE_ERROR', ['TRACE_ERRORS'], null],
  ])('tells %s %s to %j as %s', (type, action, triggers, name) => {
    expect(heard({ type, action }, { entityType: type, triggers })).toBe(name);
  });

  it('filters by the event as that hook hears it', () => {
    const event = { type: 'BOOKING', action: 'TRACE_RESULTS', body: { action: 'TRACE_RESULTS' } };
    const hook = { entityType: 'BOOKING', triggers: ['TRACE_RESULT'], filters: [{ action: 'TRACE_RESULT' }] };
    expect(heard(event, hook)).toBe('TRACE_RESULT');
    expect(heard(event, { ...hook, triggers: ['*'] })).toBeNull();
    expect(event.body.action).toBe('TRACE_RESULTS');
  });

  it('never answers a hook of a client that is not granted the event, whatever the hook says', () => {
    const id = fc.constantFrom('a', 'b', '*');
    const grants = fc.array(fc.record({ orgId: id, svcId: id }), { maxLength: 3 });
    const hook = fc.record({
      hookId: fc.uuid(),
      clientActive: fc.boolean(),
      grants,
      orgId: fc.option(id),
      svcId: fc.option(id),
      isTest: fc.boolean(),
      triggers: fc.subarray(['*', 'TRACE_RESULT', 'TRACE_REQUESTED']),
      entityType: fc.constantFrom('*', 'CONTAINER', 'BOOKING'),
      filters: fc.constant([]),
    });
    const event = fc.record({ orgId: fc.constantFrom('a', 'b'), svcId: fc.constantFrom('a', 'b') });
    fc.assert(
      fc.property(fc.array(hook), event, (hooks, owner) => {
        const answered = new Set(matchHooks({ ...result, ...owner }, hooks).map(({ hookId }) => hookId));
        const mayHear = (one: HookFacts) =>
          one.clientActive &&
          !one.isTest &&
          (one.orgId ?? owner.orgId) === owner.orgId &&
          (one.svcId ?? owner.svcId) === owner.svcId &&
          one.grants.some(({ orgId, svcId }) => orgId === owner.orgId && [owner.svcId, '*'].includes(svcId));
        expect(hooks.filter((one) => answered.has(one.hookId) && !mayHear(one))).toEqual([]);
      }),
    );
  });
});
