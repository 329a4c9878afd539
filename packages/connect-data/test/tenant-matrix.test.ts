import { findHookSource } from '@envase/providers';
import { newEventId, newUuid } from '@envase/runtime';
import { waitFor } from '@envase/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ApiAnswer, ApiClient, SendOptions } from './api-client.ts';
import { addDelivery, addTrace, box, containerEvent, gateEvent, gateHook } from './build.ts';
import { addFreeDay, addStay } from './report-facts.ts';
import { startTestApi, type TestApi } from './start-test-api.ts';

let api: TestApi;
let callers: Record<Caller, ApiClient>;

/** Who asks for what `own` has, in organization `org-a`, service `svc-1`. */
const grants = {
  own: { orgId: 'org-a', svcId: 'svc-1' },
  colleague: { orgId: 'org-a', svcId: 'svc-1' },
  otherService: { orgId: 'org-a', svcId: 'svc-2' },
  otherOrg: { orgId: 'org-b', svcId: '*' },
} as const;
type Caller = keyof typeof grants;
const strangers = ['otherService', 'otherOrg'] as const;

beforeAll(async () => {
  api = await startTestApi();
  const names = Object.keys(grants) as Caller[];
  const clients = await Promise.all(names.map((name) => api.addClient({ grants: [grants[name]] })));
  callers = Object.fromEntries(names.map((name, at) => [name, clients[at]])) as typeof callers;
});
afterAll(() => api[Symbol.asyncDispose]());

/** A route about one thing: its path for an id, ids that nobody has, and how to make one for `own`. */
interface OneThing {
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
interface List {
  kind: 'list';
  path: () => string;
  make: () => Promise<string>;
  isClients?: boolean;
}

/** A body that names its owner: `bodyFor` an organization and service, answered with `status` where granted. */
interface Named {
  kind: 'named';
  path: string;
  bodyFor: (owner: { orgId: string; svcId: string }) => unknown;
  status: number;
  malformed: unknown[];
  /** Is for an organization, whichever service is named. */
  isOrganizations?: boolean;
}

/** Figures: `make` adds something that only `own` and, unless it is the client's alone, its colleague count. */
interface Count {
  kind: 'count';
  path: string;
  make: () => Promise<unknown>;
  isClients?: boolean;
}

/** The same for everybody. */
interface Common {
  kind: 'common';
  path: string;
}

const hookOf = async () => String((await callers.own.post('/api/webhooks', newHook())).body.id);
let hooks = 0;
const newHook = (changes: object = {}) => {
  hooks += 1;
  return gateHook({ url: `https://tms.example/${hooks}`, orgId: 'org-a', svcId: 'svc-1', ...changes });
};
/** Nobody listens there. */
const hookOfNowhere = async () =>
  String((await callers.own.post('/api/webhooks', newHook({ url: 'http://127.0.0.1:1/' }))).body.id);
const eventOf = async () => String((await callers.own.post('/api/events', gateEvent())).body.id);
let boxes = 0;
const traceOf = async (changes: Parameters<typeof addTrace>[1] = {}) => {
  boxes += 1;
  return (await addTrace(api, { number: `BOX${boxes}`, ...changes }))._id;
};
const stoppedTraceOf = () => traceOf({ tracing: false, nextTraceAt: null, stopReason: 'stopped_by_client' });
const deliveryTo = async (webhookId: string) =>
  (await addDelivery(api, { webhookId, clientId: callers.own.clientId }))._id;

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
    await callers.own.put('/api/credentials/customer_port', login);
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

const matrix: Record<string, OneThing | List | Named | Common | Count> = {
  'POST /api/events': {
    kind: 'named',
    path: '/api/events',
    bodyFor: containerEvent,
    status: 201,
    malformed: [{ orgId: '' }, { orgId: 5 }, { svcId: { $gt: '' } }, { svcId: ['svc-1'] }, { orgId: 'a b' }],
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
    malformed: [{ orgId: '' }, { orgId: 5 }, { svcId: { $gt: '' } }, { svcId: ['svc-1'] }, { orgId: 'a b' }],
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
      await addTrace(api, { number: box, siteId: '' });
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
  ...figures('dwell', { make: () => addStay(api) }),
  ...figures('availability', { make: () => addStay(api) }),
  ...figures('last-free-day', { make: () => addFreeDay(api) }),
  ...figures('providers', { make: () => addStay(api) }),
  ...figures('deliveries', { make: async () => deliveryTo(await hookOf()), isClients: true }),
  'GET /api/providers': { kind: 'common', path: '/api/providers' },
};

const strangersTo = ({ isOrganizations }: OneThing) =>
  strangers.filter((one) => !isOrganizations || one !== 'otherService');

/** Without what differs from request to request. */
const same = ({ status, body }: ApiAnswer) => ({ status, body: { ...body, requestId: '' } });
const optionsOf = (row: OneThing): SendOptions => (row.body === undefined ? {} : { body: row.body });
const rows = Object.entries(matrix).map(([name, row]) => ({ name, row, method: name.split(' ')[0] ?? '' }));
const rowsOf = <K extends string>(kind: K) =>
  rows.flatMap((one) =>
    // The kind was compared on this line.
    one.row.kind === kind ? [{ ...one, row: one.row as Extract<typeof one.row, { kind: K }> }] : [],
  );

describe('the matrix', () => {
  it('has a row for every route that takes a token, and no other', () => {
    const guarded = api.routes.filter(({ endpoint }) => endpoint.scope !== null);
    const routes = guarded.map(({ method, path }) => `${method} ${path}`);
    expect(Object.keys(matrix).sort()).toEqual(routes.sort());
  });

  it('leaves no route open but the description and those of providers, at their own paths', () => {
    const open = api.routes.filter(({ endpoint }) => endpoint.scope === null).map(({ path }) => path);
    const isInbound = (path: string) => {
      const [, first = ''] = path.split('/');
      return first === 'tracehooks' || findHookSource(first) !== null;
    };
    const described = ['/api/openapi.json', '/api/asyncapi.json', '/docs', '/docs/:file'];
    expect(open.filter((path) => !isInbound(path))).toEqual(described);
  });
});

describe.each(rowsOf('one'))('$name', ({ row, method }) => {
  const ask = (caller: ApiClient, id: string) => caller.send(method, row.path(id), optionsOf(row));

  it('answers a stranger like an unknown id, and changes nothing', async () => {
    const id = await row.make();
    const expected = same(await ask(callers.own, row.unknown()));
    expect(expected.status).toBe(404);
    for (const stranger of strangersTo(row)) {
      expect(same(await ask(callers[stranger], id)), stranger).toEqual(expected);
      expect(same(await ask(callers[stranger], row.unknown())), stranger).toEqual(expected);
    }
    const status = row.status ?? (method === 'DELETE' ? 204 : 200);
    const colleague = await ask(callers.colleague, id);
    if (row.isClients) expect(same(colleague)).toEqual(expected);
    else expect(colleague.status).toBe(status);
    const still = colleague.status === 204 ? await row.make() : id;
    expect((await ask(callers.own, still)).status).toBe(status);
  });

  it.each(row.malformed)('answers 404 for %s', async (id) => {
    const answer = await ask(callers.own, encodeURIComponent(id));
    expect([answer.status, answer.body.code]).toEqual([404, 'not_found']);
  });
});

describe.each(rowsOf('list'))('$name', ({ row }) => {
  const idsSeen = async (caller: Caller) => {
    const { status, body } = await callers[caller].get(row.path());
    expect(status).toBe(200);
    return (body.data as { id: string }[]).map(({ id }) => id);
  };

  it('shows what is one’s own and nothing else', async () => {
    const id = await row.make();
    expect(await idsSeen('own')).toContain(id);
    for (const stranger of strangers) expect(await idsSeen(stranger)).toEqual([]);
    if (row.isClients) expect(await idsSeen('colleague')).toEqual([]);
    else expect(await idsSeen('colleague')).toContain(id);
  });
});

describe.each(rowsOf('named'))('$name', ({ row, method }) => {
  const send = (body: unknown) => callers.own.send(method, row.path, { body });
  const foreign = [
    ...(row.isOrganizations ? [] : [grants.otherService]),
    { orgId: 'org-b', svcId: 'svc-1' },
    { orgId: 'unknown', svcId: 'svc-1' },
  ];

  it('acts for what is granted, and answers 403 alike for all else', async () => {
    expect((await send(row.bodyFor(grants.own))).status).toBe(row.status);
    const answers = await Promise.all(foreign.map((owner) => send(row.bodyFor(owner))));
    expect(answers.map(({ status }) => status)).toEqual(foreign.map(() => 403));
    expect(new Set(answers.map((answer) => JSON.stringify(same(answer)))).size).toBe(1);
  });

  it.each(row.malformed)('answers 400 for %j', async (owner) => {
    const body = { ...(row.bodyFor(grants.own) as object), ...(owner as object) };
    expect((await send(body)).status).toBe(400);
  });
});

describe.each(rowsOf('count'))('$name', ({ row }) => {
  it('counts what is one’s own and nothing else', async () => {
    await row.make();
    const countsOf = async (caller: ApiClient) => {
      const { body } = await caller.get(row.path);
      const figures = (body.data as Record<string, unknown>[]).flatMap((one) => Object.values(one));
      return figures.filter((figure) => typeof figure === 'number' && figure > 0).length;
    };
    await waitFor(async () => (await countsOf(callers.own)) > 0, { what: 'the count' });
    expect((await countsOf(callers.colleague)) > 0).toBe(row.isClients !== true);
    for (const stranger of strangers) expect(await countsOf(callers[stranger])).toBe(0);
  });
});

describe.each(rowsOf('common'))('$name', ({ row }) => {
  it('is the same for everybody', async () => {
    const answers = await Promise.all(Object.values(callers).map((caller) => caller.get(row.path)));
    expect(new Set(answers.map(({ text }) => text)).size).toBe(1);
    expect(answers[0]?.status).toBe(200);
  });
});

describe.each(rows)('$name', ({ row, method }) => {
  const pathOf = () => {
    if (row.kind === 'one') return row.path(row.unknown());
    return row.kind === 'list' ? row.path() : row.path;
  };
  const ask = (caller: ApiClient, headers: Record<string, string> = {}) =>
    caller.send(method, pathOf(), { ...(method === 'GET' ? {} : { body: {} }), headers });

  it('answers 401 without a token, with a forged one and to a disabled client', async () => {
    const disabled = await api.addClient({ grants: [grants.own], status: 'disabled' });
    const { own } = callers;
    const answers = [
      await ask(own, { authorization: '' }),
      await ask(own, { authorization: `Bearer ${own.token.slice(0, -4)}AAAA` }),
      await ask(disabled),
    ];
    expect(answers.map(({ status }) => status)).toEqual([401, 401, 401]);
    expect(answers.every(({ headers }) => headers.get('www-authenticate')?.startsWith('Bearer'))).toBe(true);
  });

  it('answers 403 to a token of another scope, and to a client without grants', async () => {
    const admin = await api.addClient({
      grants: [grants.own],
      scopes: ['connectdata/admin', 'connectdata/events'],
      scope: 'connectdata/admin',
    });
    const answer = await ask(admin);
    expect([answer.status, answer.body.code]).toEqual([403, 'forbidden']);
    const bare = await api.addClient({ grants: [] });
    const bareStatus = (await ask(bare)).status;
    expect([400, 403].includes(bareStatus) || row.kind === 'common').toBe(true);
  });
});
