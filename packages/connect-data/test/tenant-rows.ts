import { newEventId, newUuid } from '@envase/runtime';
import type { ApiClient } from './api-client.ts';
import { addDelivery, addTrace, box, containerEvent, gateEvent, gateHook } from './build.ts';
import { addFreeDay, addStay } from './report-facts.ts';
import type { TestApi } from './start-test-api.ts';

/** Who asks for what `own` has, in organization `org-a`, service `svc-1`. */
export const grants = {
  own: { orgId: 'org-a', svcId: 'svc-1' },
  colleague: { orgId: 'org-a', svcId: 'svc-1' },
  otherService: { orgId: 'org-a', svcId: 'svc-2' },
  otherOrg: { orgId: 'org-b', svcId: '*' },
} as const;
export type Caller = keyof typeof grants;

/** A route about one thing: its path for an id, ids that nobody has, and how to make one for `own`. */
export interface OneThing {
  kind: 'one';
  path: (id: string) => string;
  make: () => Promise<string>;
  unknown: () => string;
  malformed: string[];
  body?: unknown;
  /** Of what is answered to those it belongs to; default: 200, and 204 for DELETE. */
  status?: number;
  /** Belongs to the client alone, not to all clients of its service. */
  isClients?: boolean;
  /** Belongs to the organization, to all services of it. */
  isOrganizations?: boolean;
}

/** A list: `make` adds something that only `own` and, unless it is the client's alone, its colleague see. */
export interface List {
  kind: 'list';
  path: () => string;
  make: () => Promise<string>;
  isClients?: boolean;
}

/** A body that names its owner: `bodyFor` an organization and service, answered with `status` where granted. */
export interface Named {
  kind: 'named';
  path: string;
  bodyFor: (owner: { orgId: string; svcId: string }) => unknown;
  status: number;
  malformed: unknown[];
  /** Is for an organization, whichever service is named. */
  isOrganizations?: boolean;
}

/** Figures: `make` adds something that only `own` and, unless it is the client's alone, its colleague count. */
export interface Count {
  kind: 'count';
  path: string;
  make: () => Promise<unknown>;
  isClients?: boolean;
}

/** The same for everybody. */
export interface Common {
  kind: 'common';
  path: string;
}

/** Filled before any row is used. */
export interface World {
  api: TestApi;
  callers: Record<Caller, ApiClient>;
}

/** One row a route: how its answers depend on who asks. */
export function listRows(world: World): Record<string, OneThing | List | Named | Common | Count> {
  const hookOf = async () => String((await world.callers.own.post('/api/webhooks', newHook())).body.id);
  let hooks = 0;
  const newHook = (changes: object = {}) => {
    hooks += 1;
    return gateHook({ url: `https://tms.example/${hooks}`, orgId: 'org-a', svcId: 'svc-1', ...changes });
  };
  /** Nobody listens there. */
  const hookOfNowhere = async () =>
    String((await world.callers.own.post('/api/webhooks', newHook({ url: 'http://127.0.0.1:1/' }))).body.id);
  const eventOf = async () => String((await world.callers.own.post('/api/events', gateEvent())).body.id);
  let boxes = 0;
  const traceOf = async (changes: Parameters<typeof addTrace>[1] = {}) => {
    boxes += 1;
    return (await addTrace(world.api, { number: `BOX${boxes}`, ...changes }))._id;
  };
  const stoppedTraceOf = () =>
    traceOf({ tracing: false, nextTraceAt: null, stopReason: 'stopped_by_client' });
  const deliveryTo = async (webhookId: string) =>
    (await addDelivery(world.api, { webhookId, clientId: world.callers.own.clientId }))._id;

  const notUuids = ['1', 'null', '%00', '../admin', '{"$gt":""}', 'x'.repeat(300), newUuid().slice(1)];
  const aHook = (path = '', body?: unknown, more: Partial<OneThing> = {}): OneThing => ({
    kind: 'one',
    path: (id) => `/api/webhooks/${id}${path}`,
    make: hookOf,
    unknown: newUuid,
    malformed: notUuids,
    isClients: true,
    body,
    ...more,
  });

  const aDelivery = (path = '', more: Partial<OneThing> = {}): OneThing => ({
    kind: 'one',
    path: (id) => `/api/deliveries/${id}${path}`,
    make: async () => deliveryTo(await hookOf()),
    unknown: () => `${newEventId()}~${newUuid()}`,
    malformed: [...notUuids, newUuid(), '~', `${newUuid()}~`, 'a~b~c'],
    isClients: true,
    ...more,
  });

  const aTrace = (path = '', more: Partial<OneThing> = {}): OneThing => ({
    kind: 'one',
    path: (id) => `/api/traces/${id}${path}`,
    make: () => traceOf(),
    unknown: () => `h${newUuid()}`,
    malformed: ['%00', '../admin', '{"$gt":""}', 'a.b', 'x'.repeat(300)],
    ...more,
  });

  let organizations = 0;
  /** Logins belong to an organization: every service of it may manage them. */
  const aLogin = (): OneThing => ({
    kind: 'one',
    path: (orgId) => `/api/credentials/customer_port?orgId=${orgId}`,
    make: async () => {
      const login = { orgId: 'org-a', user: 'dispatch', password: 'right' };
      await world.callers.own.put('/api/credentials/customer_port', login);
      return 'org-a';
    },
    unknown: () => `org-unknown-${++organizations}`,
    malformed: [],
    isOrganizations: true,
  });

  const figures = (report: string, row: Omit<Count, 'kind' | 'path'>) => {
    const path = `/api/reports/${report}`;
    return { [`GET ${path}`]: { kind: 'count', path, ...row } as const };
  };

  return {
    'POST /api/events': {
      kind: 'named',
      path: '/api/events',
      bodyFor: containerEvent,
      status: 201,
      malformed: [
        { orgId: '' },
        { orgId: 5 },
        { svcId: { $gt: '' } },
        { svcId: ['svc-1'] },
        { orgId: 'a b' },
      ],
    },
    'GET /api/events': { kind: 'list', path: () => '/api/events', make: eventOf },
    'GET /api/events/:id': {
      kind: 'one',
      path: (id) => `/api/events/${id}`,
      make: eventOf,
      unknown: newEventId,
      malformed: notUuids,
    },
    'POST /api/webhooks': {
      kind: 'named',
      path: '/api/webhooks',
      bodyFor: newHook,
      status: 201,
      malformed: [
        { orgId: '' },
        { orgId: 5 },
        { svcId: { $gt: '' } },
        { svcId: ['svc-1'] },
        { orgId: 'a b' },
      ],
    },
    'GET /api/webhooks': { kind: 'list', path: () => '/api/webhooks', make: hookOf, isClients: true },
    'GET /api/webhooks/:id': aHook(),
    'PUT /api/webhooks/:id': aHook('', gateHook({ url: 'https://tms.example/put', orgId: 'org-a' })),
    'PATCH /api/webhooks/:id': aHook('', { description: 'changed' }),
    'DELETE /api/webhooks/:id': aHook(),
    'POST /api/webhooks/:id/enable': aHook('/enable'),
    'POST /api/webhooks/:id/test': aHook('/test', undefined, { make: hookOfNowhere }),
    'POST /api/webhooks/:id/replay': aHook('/replay', { since: '2026-01-01T00:00:00Z' }, { status: 202 }),
    'GET /api/webhooks/:id/deliveries': aHook('/deliveries'),
    'GET /api/deliveries': {
      kind: 'one',
      path: (id) => `/api/deliveries?webhook=${id}`,
      make: hookOf,
      unknown: newUuid,
      malformed: notUuids.filter((id) => id.length <= 200),
      isClients: true,
    },
    'GET /api/deliveries/:id': aDelivery(),
    'POST /api/deliveries/:id/resend': aDelivery('/resend', { status: 202 }),
    'GET /api/traces': { kind: 'list', path: () => '/api/traces', make: () => traceOf() },
    'GET /api/traces/:id': aTrace(),
    'GET /api/traces/:id/history': aTrace('/history'),
    'GET /api/traces/:id/observations': aTrace('/observations'),
    'GET /api/traces/:id/explain': aTrace('/explain'),
    'POST /api/traces/:id/refresh': aTrace('/refresh', { status: 202 }),
    'POST /api/traces/:id/stop': aTrace('/stop', { status: 202 }),
    'POST /api/traces/:id/resume': aTrace('/resume', { status: 202, make: stoppedTraceOf }),
    'GET /api/containers/:number': {
      kind: 'one',
      path: (number) => `/api/containers/${number}`,
      make: async () => {
        await addTrace(world.api, { number: box, siteId: '' });
        return box;
      },
      unknown: () => 'TRAILER99',
      malformed: ['%00', '%3F', '{"$gt":""}', 'x'.repeat(300)],
    },
    'PUT /api/credentials/:providerId': {
      kind: 'named',
      path: '/api/credentials/customer_port_put',
      bodyFor: ({ orgId }) => ({ orgId, user: 'dispatch', password: 'right' }),
      status: 201,
      malformed: [{ orgId: '' }, { orgId: 5 }, { orgId: { $gt: '' } }, { user: '' }, { password: ['right'] }],
      isOrganizations: true,
    },
    'GET /api/credentials/:providerId': aLogin(),
    'DELETE /api/credentials/:providerId': aLogin(),
    'GET /api/usage': { kind: 'count', path: '/api/usage', make: eventOf },
    ...figures('dwell', { make: () => addStay(world.api) }),
    ...figures('availability', { make: () => addStay(world.api) }),
    ...figures('last-free-day', { make: () => addFreeDay(world.api) }),
    ...figures('providers', { make: () => addStay(world.api) }),
    ...figures('deliveries', { make: async () => deliveryTo(await hookOf()), isClients: true }),
    'GET /api/providers': { kind: 'common', path: '/api/providers' },
  };
}
